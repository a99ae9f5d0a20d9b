"""How much memory a program and everything it started take (Linux)."""

from pathlib import Path


def resident_mb(process_id: int) -> float:
    """Resident megabytes of a process and its descendants; 0 for one that is gone."""
    try:
        pages = int(Path(f"/proc/{process_id}/statm").read_text().split()[1])
        children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return pages * 4096 / 1e6 + sum(resident_mb(int(child)) for child in children)
