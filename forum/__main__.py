"""`python -m forum`: the command line over the application."""

from forum.app import create_app
from forum.cli.main import forum


def main() -> None:
    """Run the `forum` command."""
    forum(obj=create_app, prog_name="forum")


if __name__ == "__main__":
    main()
