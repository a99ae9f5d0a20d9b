"""A meeting as plain text: title, date, and a line for each row."""

from captioner.transcript.model import StoredMeeting
from captioner.transcript.wording import line_of


class TextExporter:
    """Lines as the terminal shows them."""

    name = "txt"
    suffix = ".txt"

    def render(self, meeting: StoredMeeting) -> str:
        """Title, date, an empty line, then the rows in time order."""
        summary = meeting.summary
        title = summary.title or f"Meeting {summary.id}"
        lines = [title, f"{summary.started:%Y-%m-%d %H:%M}", "", *map(line_of, meeting.rows)]
        return "\n".join(lines) + "\n"
