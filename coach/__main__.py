"""`python -m coach` is the command `okr-coach`."""

from coach.cli import main

if __name__ == "__main__":
    main()
