package selection

// CheckGlob refuses a glob that cannot match a file of the tree: "./x", "/x",
// "x/", "../x", or one that is no glob.
func CheckGlob(glob string) error {
	_, err := compileUser(glob)
	return err
}
