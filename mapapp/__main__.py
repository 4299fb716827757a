"""Lets `python -m mapapp` do what the command `mapapp` does."""

from mapapp.cli import main

main()
