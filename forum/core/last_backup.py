"""When the last backup was made, noted in the data directory: for the doctor, and for whoever watches the site."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from forum.core.clock import now

FILE = "last_backup"


def note_backup(data_dir: Path) -> None:
    """Note that a backup is complete now. A full disk keeps no backup from being good."""
    half = data_dir / f"{FILE}.part"
    with suppress(OSError):
        half.write_text(f"{now().isoformat()}\n", encoding="utf-8")
        half.replace(data_dir / FILE)


def backup_age(data_dir: Path) -> float | None:
    """The seconds since the last backup; None when none is known of."""
    try:
        made_at = datetime.fromisoformat((data_dir / FILE).read_text(encoding="utf-8").strip())
        return (now() - made_at).total_seconds()
    except (OSError, ValueError, TypeError):
        return None
