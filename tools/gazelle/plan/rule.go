package plan

// Rule is a rule that there should be.
type Rule struct {
	Kind, Name string
	Attrs      []Attr
}

// Attr is an attribute of a rule. Value is a string, a bool, a []string, or
// one of Sources, Objtree, Manual and Users.
type Attr struct {
	Name  string
	Value any
}

// Sources are files: those that globs find, and labels. A user's own stay
// beside them.
type Sources struct {
	// Patterns without a wildcard are files.
	Patterns, Excludes, Labels []string
}

// Objtree is the label of an object tree, in place of another that Gazelle
// wrote.
type Objtree string

// Manual says whether a rule has the tag manual, among a user's own tags.
type Manual bool

// Users is the value that a user gave, if there is one.
type Users struct{}

// set gives a rule an attribute, or takes another value for it.
func (r *Rule) set(name string, value any) {
	for i := range r.Attrs {
		if r.Attrs[i].Name == name {
			r.Attrs[i].Value = value
			return
		}
	}
	r.Attrs = append(r.Attrs, Attr{name, value})
}

// setRelease gives a rule the release, if it is known.
func (r *Rule) setRelease(release string) {
	if release != "" {
		r.set("release", release)
	}
}
