package buildfiles

import (
	"slices"
	"strings"
	"testing"
)

// TestScopes reads files one after the other, and looks at what the last one names:
// a script has its own variables and those that make exports, make has none of a
// script's, nor of the shell in a recipe.
func TestScopes(t *testing.T) {
	type file struct{ path, text string }
	script := func(text string) file { return file{"scripts/x.sh", text} }
	for _, c := range []struct {
		name  string
		files []file
		want  string // without those that a script may name from its own directory
	}{
		{"script's, in a makefile", []file{script("D=a/b"), {"Makefile", "include $(D)/x.mk"}}, ""},
		{"script's, in another", []file{script("D=a/b"), {"scripts/y.sh", "sh $D/x.sh"}}, ""},
		{"make's, in a script", []file{{"Makefile", "D := a/b"}, script("sh $D/x.sh")}, ""},
		{"exported", []file{{"Makefile", "D := a/b\nexport C D E"}, script("sh $D/x.sh")}, "a/b/x.sh"},
		{"exported where it is set", []file{{"Makefile", "export D := a/b"}, script(`sh "${D}/x.sh"`)}, "a/b/x.sh"},
		{"exported before it is set", []file{{"Makefile", "export D\nD := a/b"}, script("sh ${D}/x.sh")}, "a/b/x.sh"},
		{"all exported", []file{{"Makefile", "export\nD := a/b"}, script("sh ${D}/x.sh")}, "a/b/x.sh"},
		{"all but one", []file{{"Makefile", "export\nD := a/b\nunexport D"}, script("sh ${D}/x.sh")}, ""},
		{"no more exported", []file{{"Makefile", "export D := a/b\nunexport D"}, script("sh ${D}/x.sh")}, ""},
		{"both", []file{{"Makefile", "export D := a/b"}, script("D=c/d\nsh $D/x.sh"), {"Makefile.x", "include $(D)/x.mk"}}, "+a/b/x.mk"},
		{"both, in the script", []file{{"Makefile", "export D := a/b"}, script("D=c/d\nsh $D/x.sh")}, "c/d c/d/x.sh"},
		{"sourced", []file{script("D=a/b\n. $srctree/scripts/lib.sh"), {"scripts/lib.sh", "sh ${D}/x.sh"}}, "a/b/x.sh"},
		{"sourced by source", []file{script("D=a/b\nsource $(dirname $0)/lib.sh"), {"scripts/lib.sh", "sh ${D}/x.sh"}}, "a/b/x.sh"},
		{"target of a rule elsewhere", []file{{"Makefile", "coccicheck:\n\ttrue"}, script("sh scripts/$@.sh")}, ""},
		{"target of a rule of this file", []file{{"Makefile", "coccicheck:\n\tsh $(srctree)/scripts/$@.sh"}}, "scripts/coccicheck.sh"},

		{"default", []file{script("sh ${D:-a/b}/x.sh")}, "a/b/x.sh"},
		{"default, set", []file{script(": ${D:=a/b}\nsh $D/x.sh")}, "a/b a/b/x.sh"},
		{"default for a top", []file{script("sh ${srctree:-.}/a/x.sh ${objtree-.}/b/x.sh")}, "a/x.sh b/x.sh"},
		{"default that is a variable", []file{script("T=a/b\nsh ${D:-$T}/x.sh")}, "a/b a/b/x.sh"},
		{"default and exported", []file{{"Makefile", "export D := a/b"}, script("sh ${D:-c/d}/x.sh")}, "a/b/x.sh c/d/x.sh"},
		{"default and sourced", []file{script("D=a/b\n. $srctree/scripts/lib.sh"), {"scripts/lib.sh", ": ${D:=c/d}\nsh $D/x.sh"}}, "a/b a/b/x.sh c/d c/d/x.sh"},
		{"default and set", []file{script("D=a/b\nsh ${D-c/d}/x.sh")}, "a/b a/b/x.sh c/d/x.sh"},
		{"default in a recipe and exported", []file{{"Makefile", "export D := a/b\nall:\n\tsh $${D:-c/d}/x.sh"}}, "a/b a/b/x.sh c/d/x.sh"},
		{"slash cut off", []file{script("sh ${srctree%/}/a/x.sh")}, "a/x.sh"},
		{"process", []file{script("D=a/b\nsh $$D/x.sh c/$$/y.sh /tmp/x.$$")}, "a/b"},

		{"of one letter", []file{{"Makefile", "S := a/b\nSD := c/d\ninclude $SD/x.mk"}}, "+a/bD/x.mk a/b c/d"},
		{"braces", []file{{"Makefile", "V.D := a/b\ninclude ${V.D}/x.mk"}}, "+a/b/x.mk a/b"},
		{"shell's, in a recipe", []file{{"Makefile", "D := a/b\nall:\n\tD=c/d; sh $$D/x.sh $(D)/y.sh"}}, "a/b a/b/y.sh c/d c/d/x.sh"},
		{"shell's, with braces", []file{{"Makefile", "all:\n\tD=c/d; sh $${D}/x.sh $${E:-e/f}/x.sh"}}, "c/d c/d/x.sh e/f/x.sh"},
		{"shell's, of a command", []file{{"Makefile", "cmd_x = D=c/d; sh $$D/x.sh"}}, "c/d c/d/x.sh"},
		{"make's, not exported, in a recipe", []file{{"Makefile", "D := a/b\nall:\n\tsh $$D/x.sh"}}, "a/b"},
		{"make's, exported, in a recipe", []file{{"Makefile", "export D := a/b\nall:\n\tsh $$D/x.sh $$srctree/y/y.sh"}}, "a/b a/b/x.sh y/y.sh"},
		{"recipe's, in a makefile", []file{{"Makefile", "all:\n\tD=c/d\ninclude $(D)/x.mk"}}, "c/d"},
		{"recipe's behind a condition", []file{{"Makefile", "all:\nifdef X\n\tD=c/d\nendif\ninclude $(D)/x.mk"}}, "c/d"},
		{"tab before what make sets", []file{{"Makefile", "all:\nX := y\nifdef X\n\tD := c/d\nendif\ninclude $(D)/x.mk"}}, "+c/d/x.mk c/d"},
		{"tab behind a message", []file{{"Makefile", "$(info a: b)\nifdef X\n\tD := c/d\n\tinclude $(D)/x.mk\nendif"}}, "+c/d/x.mk c/d"},
		{"tab behind a warning", []file{{"Makefile", "all:\n$(warning ${a:.b=.c}: (d))\n\tD := c/d\ninclude $(D)/x.mk"}}, "+c/d/x.mk c/d"},
		{"tab behind an error", []file{{"Makefile", "ifdef X\n  $(error a: b)\nelse\n\tD := c/d\nendif\ninclude $(D)/x.mk"}}, "+c/d/x.mk c/d"},
		{"tab behind a rule by eval", []file{{"Makefile", "$(eval all: a)\n\tD := c/d\ninclude $(D)/x.mk"}}, "+c/d/x.mk c/d"},
		{"tab behind a rule by a call", []file{{"Makefile", "${foreach x,a b,${eval $(call r,$x: y)}}\n\tD := c/d\ninclude $(D)/x.mk"}}, "+c/d/x.mk c/d"},
		{"recipe of what a function makes", []file{{"Makefile", "$(addprefix a,b c): d\n\tD=c/d\ninclude $(D)/x.mk"}}, "c/d"},
		{"recipe of what a variable has", []file{{"Makefile", "$(X:.o=.c): d\n\tD=c/d\ninclude $(D)/x.mk"}}, "c/d"},
		{"second expansion", []file{{"Makefile", "D := a/b\nall: $$(D)/x.sh"}}, "a/b a/b/x.sh"},
		{"third expansion", []file{{"Makefile", "D := a/b\ndefine r\nall: $$$$(D)/x.sh\nendef"}}, "a/b a/b/x.sh"},
		{"substitution", []file{{"Makefile", "D := a/b.c\nX = $(srctree)/${D:.c=.sh}"}}, "a/b.c"},
	} {
		r := NewReader("x86")
		var names []Name
		var last file
		for _, last = range c.files {
			names = r.Read(last.path, KindOf(last.path, ""), last.text)
		}
		var got []string
		for _, n := range names {
			switch {
			case n.Included:
				got = append(got, "+"+n.Path)
			case !strings.HasPrefix(n.Path, "scripts/") || strings.HasPrefix(last.path, "Makefile"):
				got = append(got, n.Path)
			}
		}
		slices.Sort(got)
		if said := strings.Join(got, " "); said != c.want {
			t.Errorf("%s: %q, want %q", c.name, said, c.want)
		}
	}
}

// TestSourcing reads scripts that source each other, and looks at what one of them
// names, in whatever order they are read.
func TestSourcing(t *testing.T) {
	type file struct{ path, text string }
	const lib = "scripts/lib.sh"
	sourcer := func(name, text string) file { return file{"scripts/" + name, text + "\n. $srctree/" + lib} }
	eight := []file{{lib, "sh $D/x.sh"}, sourcer("a.sh", "D=a/a"+strings.Repeat("\n. $srctree/"+lib, 8)), sourcer("b.sh", "D=a/b")}
	circle := []file{{"scripts/a.sh", "D=a/b\n. $srctree/scripts/b.sh"}, {"scripts/b.sh", ". $srctree/scripts/a.sh\n. $srctree/" + lib}, {lib, "sh $D/x.sh"}}
	many := []file{{lib, "sh $D/x.sh"}}
	var wantMany []string
	for _, c := range "abcdefghijklmnop" {
		many = append(many, sourcer(string(c)+".sh", "D=a/"+string(c)))
		wantMany = append(wantMany, "a/"+string(c)+"/x.sh")
	}
	for _, c := range []struct {
		name  string
		files []file
		of    string
		want  string
	}{
		{"two sourcers", []file{sourcer("a.sh", "D=a/a"), sourcer("b.sh", "D=a/b"), {lib, "sh $D/x.sh"}}, lib, "a/a/x.sh a/b/x.sh"},
		{"many sourcers", many, lib, strings.Join(wantMany, " ")},
		{"one of them often", eight, lib, "a/a/x.sh a/b/x.sh"},
		{"what is sourced sets", []file{sourcer("a.sh", "sh $D/x.sh"), {lib, "D=a/b"}}, "scripts/a.sh", "a/b/x.sh"},
		{"what is sourced has a default", []file{sourcer("a.sh", "sh $D/x.sh"), {lib, ": ${D:=a/b}"}}, "scripts/a.sh", "a/b/x.sh"},
		{"beside what is sourced", []file{{"scripts/a.sh", ". $srctree/scripts/conf.sh\n. $srctree/" + lib}, {"scripts/conf.sh", "D=a/b"}, {lib, "sh $D/x.sh"}}, lib, "a/b/x.sh"},
		{"not another sourcer's", []file{sourcer("a.sh", "D=a/b"), sourcer("b.sh", "sh $D/x.sh"), {lib, ""}}, "scripts/b.sh", ""},
		{"over another", []file{{"scripts/a.sh", "D=a/b\n. $srctree/scripts/b.sh"}, sourcer("b.sh", ""), {lib, "sh $D/x.sh"}}, lib, "a/b/x.sh"},
		{"in a circle", circle, lib, "a/b/x.sh"},
		{"by a name that is exported", []file{{"scripts/a.sh", "D=a/b\n. $L/lib.sh"}, {lib, "sh $D/x.sh"}, {"Makefile", "export L := scripts"}}, lib, "a/b/x.sh"},
		{"by a name that is sourced", []file{{"scripts/a.sh", "D=a/b\n. $srctree/scripts/b.sh\n. $srctree/$L/lib.sh"}, {lib, "sh $D/x.sh"}, {"scripts/b.sh", "L=./scripts"}}, lib, "a/b/x.sh"},
		{"exported later", []file{{"scripts/a.sh", "sh ${D:-c/d}/x.sh"}, {"Makefile", "export D = a/b"}}, "scripts/a.sh", "a/b/x.sh c/d/x.sh"},
	} {
		for _, reversed := range []bool{false, true} {
			files := slices.Clone(c.files)
			if reversed {
				slices.Reverse(files)
			}
			r := NewReader("x86")
			var got []string
			for _, f := range files {
				for _, n := range r.Read(f.path, KindOf(f.path, ""), f.text) {
					if f.path == c.of {
						got = append(got, n.Path)
					}
				}
			}
			for _, l := range r.Late() {
				if l.File == c.of {
					got = append(got, l.Path)
				}
			}
			got = slices.DeleteFunc(got, func(p string) bool { return strings.HasPrefix(p, "scripts/") || strings.HasPrefix(p, "*") })
			slices.Sort(got)
			if said := strings.Join(got, " "); said != c.want {
				t.Errorf("%s, reversed %v: %q, want %q", c.name, reversed, said, c.want)
			}
		}
	}
}
