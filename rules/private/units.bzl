"""Sizes and shares as people write them in BUILD files."""

# Exact case: a kB and a KB would be two things to two readers.
_UNITS = {
    "B": 1,
    "KiB": 1024,
    "MiB": 1024 * 1024,
    "MB": 1000 * 1000,
    "kB": 1000,
}

def parse_size(label, attribute, text):
    """Reads a size such as "5200KiB"; fails for anything else.

    Args:
      label: Label: the target, for the message.
      attribute: string: the attribute, for the message.
      text: string: a whole number without leading zeros and a unit, B, kB, MB, KiB or MiB.

    Returns:
      int: the size in bytes.
    """
    digits = text[:len(text) - len(text.lstrip("0123456789"))]
    unit = text[len(digits):]
    if not digits or unit not in _UNITS or (len(digits) > 1 and digits[0] == "0") or len(digits) > 12:
        fail("%s: %s = %s is no size; use a whole number and one of %s, such as \"5200KiB\"" % (label, attribute, repr(text), ", ".join(_UNITS)))
    if digits == "0":
        fail("%s: %s = %s can never be met; use a size above zero, or leave it out" % (label, attribute, repr(text)))
    return int(digits) * _UNITS[unit]

def parse_percent(label, attribute, text):
    """Reads a share such as "0.5%"; fails for anything else.

    Args:
      label: Label: the target, for the message.
      attribute: string: the attribute, for the message.
      text: string: a number with at most two decimals and a percent sign; up to 100%.

    Returns:
      int: the share in hundredths of a percent.
    """
    number = text.removesuffix("%")
    whole, point, decimals = number.partition(".")
    ok = number != text and whole.isdigit() and len(whole) <= 3 and (decimals.isdigit() and len(decimals) <= 2 if point else True)
    value = int(whole) * 100 + int((decimals + "00")[:2]) if ok else 0
    if not ok or value <= 0 or value > 10000:
        fail("%s: %s = %s is no share; use a number above zero with at most two decimals and a percent sign, such as \"0.5%%\"" % (label, attribute, repr(text)))
    return value

def _release(text):
    parts = text.split(".")
    return len(parts) == 2 and all([part.isdigit() and len(part) < 5 for part in parts])

def parse_waivers(label, waivers):
    """Reads waivers such as {"+60KiB until 7.4": "why"}; fails for anything else.

    Args:
      label: Label: the target, for the message.
      waivers: dict of string to string.

    Returns:
      list of dict: bytes, until and reason of each.
    """
    out = []
    for text, reason in waivers.items():
        words = text.split(" ")
        if len(words) != 3 or not words[0].startswith("+") or words[1] != "until" or not _release(words[2]):
            fail("%s: waivers has %s, which cannot be read; write it as \"+60KiB until 7.4\", with the first release that it is not for" % (label, repr(text)))
        if not reason.strip():
            fail("%s: waivers has no reason for %s; say why more is allowed" % (label, repr(text)))
        out.append({"bytes": parse_size(label, "waivers", words[0][1:]), "reason": reason, "until": words[2]})
    return out
