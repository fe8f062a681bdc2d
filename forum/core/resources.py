"""Where templates, static files and migrations are: at the top of a checkout, inside the package of a wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
CHECKOUT = PACKAGE.parent


def resource(name: str) -> Path:
    """The folder `templates`, `static` or `migrations`."""
    inside = PACKAGE / f"_{name}"
    return inside if inside.is_dir() else CHECKOUT / name
