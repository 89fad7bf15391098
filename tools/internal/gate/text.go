package gate

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/rules-kheaders/rules_kheaders/tools/internal/quote"
	"github.com/rules-kheaders/rules_kheaders/tools/internal/sizes"
)

// Text shows all budgets for a terminal of 80 columns, names last.
func Text(head *sizes.Report, r *Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, release %s\n\n%12s %12s %7s %10s\n", quote.Line(head.Archive), head.Format, quote.Text(head.Release), "size", "budget", "used", "growth")
	for _, l := range r.Lines {
		most, used, grown := "-", "-", "-"
		if l.Max > 0 {
			most, used = sizes.Group(l.Max), sizes.Percent(l.Is, l.Max)
		}
		if l.Was >= 0 {
			grown = sizes.Signed(l.Is - l.Was)
		}
		mark := ""
		if l.Failure != "" {
			mark = ", EXCEEDED"
		}
		fmt.Fprintf(&b, "%12s %12s %7s %10s  %s of %s, %s%s\n", sizes.Group(l.Is), most, used, grown, l.Unit, strings.TrimSuffix(l.Name, ","), l.Owner, mark)
		for _, n := range l.Notes {
			fmt.Fprintf(&b, "%46s%s\n", "", n)
		}
	}
	if slices.ContainsFunc(r.Lines, func(l Line) bool { return l.ByRow }) {
		b.WriteString("\nGrowth of paths is counted from the baseline's rows, which are rounded up.\n")
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "\n%s\n", n)
	}
	if head.Method == sizes.ByGzip {
		fmt.Fprintf(&b, "\nWhat paths take was found by a tgz of the same tar.\n")
	}
	return b.String()
}

type suites struct {
	XMLName xml.Name `xml:"testsuites"`
	Suites  []suite  `xml:"testsuite"`
}

type suite struct {
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Cases    []testcase `xml:"testcase"`
}

type testcase struct {
	Name       string     `xml:"name,attr"`
	Class      string     `xml:"classname,attr"`
	Properties []property `xml:"properties>property"`
	Failure    *failure   `xml:"failure,omitempty"`
}

type property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type failure struct {
	Message string `xml:"message,attr"`
}

// XML writes a test case for each budget in the form of test.xml.
func XML(w io.Writer, test string, r *Result) error {
	s := suite{Name: test, Tests: len(r.Lines), Failures: len(r.Failures())}
	for _, l := range r.Lines {
		c := testcase{Name: l.Unit + " of " + strings.TrimSuffix(l.Name, ","), Class: l.Owner, Properties: []property{{"actual", strconv.FormatInt(l.Is, 10)}, {"unit", l.Unit}}}
		if l.Max > 0 {
			c.Properties = append(c.Properties, property{"budget", strconv.FormatInt(l.Max, 10)})
		}
		if l.Was >= 0 {
			what := "base"
			if l.ByRow {
				what = "baseline"
			}
			c.Properties = append(c.Properties, property{what, strconv.FormatInt(l.Was, 10)})
		}
		if l.Failure != "" {
			c.Failure = &failure{quote.Line(l.Failure)}
		}
		s.Cases = append(s.Cases, c)
	}
	out, err := xml.MarshalIndent(suites{Suites: []suite{s}}, "", "  ")
	if err != nil {
		return fmt.Errorf("write test.xml: %w", err)
	}
	_, err = w.Write(append([]byte(xml.Header), append(out, '\n')...))
	return err
}
