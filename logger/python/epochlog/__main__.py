"""`python -m epochlog ...` is the `epochlog` command."""

from epochlog._command import main

main()
