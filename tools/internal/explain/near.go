package explain

import (
	"path"
	"sort"
	"strings"
)

// maxNear is how many names are offered in place of an unknown one.
const maxNear = 5

// near returns the paths that a user may have meant by q: those that end in
// it, those of the same name elsewhere, and those of a name that differs in few
// letters; those of other architectures than arch last, unless q is of one.
func near(paths []string, q, arch string) []string {
	base := path.Base(q)
	type candidate struct {
		path string
		rank int
	}
	var all []candidate
	for _, p := range paths {
		b := path.Base(p)
		rank := -1
		switch {
		case strings.HasSuffix(p, "/"+q):
			rank = 0
		case b == base:
			rank = 10 + distance(path.Dir(p), path.Dir(q))
		case strings.EqualFold(b, base):
			rank = 20
		default:
			// One letter in three may be wrong, but not more than two.
			if d := distance(b, base); d <= min(2, len(base)/3) {
				rank = 30 + 10*d
				if path.Dir(p) != path.Dir(q) {
					rank += 50
				}
			}
		}
		if rank >= 0 && ofOtherArch(p, arch) && !ofOtherArch(q, arch) {
			rank += 1000
		}
		if rank >= 0 {
			all = append(all, candidate{p, rank})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].rank < all[j].rank })
	var out []string
	for _, c := range all[:min(len(all), maxNear)] {
		out = append(out, c.path)
	}
	return out
}

// ofOtherArch tells whether a path is of another architecture.
func ofOtherArch(path, arch string) bool {
	return arch != "" && strings.HasPrefix(path, "arch/") && !strings.HasPrefix(path, "arch/"+arch+"/")
}

// distance is the number of bytes to insert, delete or change to make b of a.
// Above the lengths' difference it is exact; names that differ much in length
// are not compared in full.
func distance(a, b string) int {
	if d := len(a) - len(b); d > 8 || d < -8 {
		return max(d, -d)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
