"""DIN 5007-1."""

from stadtkern.kernel.german_order import in_order, initial


def test_umlauts_sort_with_their_letters() -> None:
    words = ["Zoo", "Ärzte", "Arzt", "Straße", "Strasse", "Strand", "über", "Ufer", "Öl", "Ofen"]
    assert in_order(words, str) == [
        "Arzt", "Ärzte", "Ofen", "Öl", "Strand", "Strasse", "Straße", "über", "Ufer", "Zoo",
    ]  # fmt: skip


def test_initial() -> None:
    assert [initial(word) for word in ("Ämter", "éclair", "„Zitat“", "115", "ßa", "")] == [
        "A",
        "E",
        "Z",
        "#",
        "S",
        "#",
    ]
