from captioner.transcript.export.catalogue import EXPORTERS


def test_every_format_is_found_by_its_name() -> None:
    assert list(EXPORTERS) == ["txt", "json"]
    assert [exporter.suffix for exporter in EXPORTERS.values()] == [".txt", ".json"]
