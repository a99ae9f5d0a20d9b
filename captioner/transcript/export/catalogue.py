"""The export formats there are: a new one is a module and a line here."""

from collections.abc import Mapping

from captioner.transcript.export.exporter import Exporter
from captioner.transcript.export.json import JsonExporter
from captioner.transcript.export.txt import TextExporter

_ALL: tuple[Exporter, ...] = (
    TextExporter(),
    JsonExporter(),
)

EXPORTERS: Mapping[str, Exporter] = {exporter.name: exporter for exporter in _ALL}
"""By the name that `--format` takes."""
