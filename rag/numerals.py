"""Chinese numerals <-> integers."""
_D = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_U = {"十": 10, "百": 100, "千": 1000}


def read_number(text: str) -> int:
    import unicodedata

    text = unicodedata.normalize("NFKC", text)
    if text.isascii() and text.isdigit():
        return int(text)
    total = current = 0
    if all(c in _D for c in text) and text:
        return int("".join(str(_D[c]) for c in text))
    for c in text:
        if c in _D:
            current = _D[c]
        elif c in _U:
            total += (current or 1) * _U[c]
            current = 0
        else:
            raise ValueError(text)
    if not text:
        raise ValueError(text)
    return total + current
