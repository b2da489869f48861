"""The tests of the package, the samples, the snippets and the site."""
