"""The tests of creditkit: a package, so that they can share helpers."""
