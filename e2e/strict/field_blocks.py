"""HPACK (RFC 7541): a plain encoder that can also write what is forbidden, and a strict decoder. Knows nothing of any proxy."""

import wire

# Appendix A.
STATIC = [tuple(entry.partition("=")[::2]) for entry in (
    ":authority=|:method=GET|:method=POST|:path=/|:path=/index.html|:scheme=http|:scheme=https|:status=200|:status=204|:status=206"
    "|:status=304|:status=400|:status=404|:status=500|accept-charset=|accept-encoding=gzip, deflate|accept-language=|accept-ranges="
    "|accept=|access-control-allow-origin=|age=|allow=|authorization=|cache-control=|content-disposition=|content-encoding="
    "|content-language=|content-length=|content-location=|content-range=|content-type=|cookie=|date=|etag=|expect=|expires=|from=|host="
    "|if-match=|if-modified-since=|if-none-match=|if-range=|if-unmodified-since=|last-modified=|link=|location=|max-forwards="
    "|proxy-authenticate=|proxy-authorization=|range=|referer=|refresh=|retry-after=|server=|set-cookie=|strict-transport-security="
    "|transfer-encoding=|user-agent=|vary=|via=|www-authenticate=").split("|")]
# Appendix B: the code is canonical, so the lengths of the codes of all 256 bytes and of the end are all of it; A is 5 bits.
LENGTHS = ("ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHFIBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIX"
           "PRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRSVVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWVZ")
TABLE_BYTES_MAX = 4096


def codes():
    """(bits, code) → byte."""
    found, code, before = {}, 0, 0
    for symbol in sorted(range(257), key=lambda at: (LENGTHS[at], at)):
        bits = ord(LENGTHS[symbol]) - ord("A") + 5
        code <<= bits - before
        found[bits, code] = symbol
        code, before = code + 1, bits
    return found


CODES = codes()
BITS = {symbol: key for key, symbol in CODES.items()}


def integer(value, prefix_bits, first=0):
    """Section 5.1; `first` has the bits in front of the prefix."""
    most = (1 << prefix_bits) - 1
    if value < most:
        return bytes([first | value])
    out, value = [first | most], value - most
    while value >= 128:
        out.append(value % 128 | 128)
        value //= 128
    return bytes([*out, value])


def text(value):
    return integer(len(value), 7) + value


def huffman(value):
    """A string in Appendix B's code, padded as it must be."""
    bits = "".join(format(BITS[byte][1], f"0{BITS[byte][0]}b") for byte in value)
    bits += "1" * (-len(bits) % 8)
    return integer(len(bits) // 8, 7, 0x80) + bytes(int(bits[at:at + 8], 2) for at in range(0, len(bits), 8))


def encode(fields):
    """Each field as a literal without indexing, whatever is in it."""
    return b"".join(b"\0" + text(name) + text(value) for name, value in fields)


def indexed(name, value):
    """A literal that the reader has to keep in its table."""
    return b"\x40" + text(name) + text(value)


class Decoder:
    """One direction's table; raises wire.Broken for what is a COMPRESSION_ERROR."""

    def __init__(self):
        self.entries, self.size_max = [], TABLE_BYTES_MAX

    def decode(self, block):
        found, at = [], 0
        while at < len(block):
            first = block[at]
            if first & 0x80:
                index, at = self._integer(block, at, 7)
                found.append(self._entry(index))
            elif first & 0xe0 == 0x20:
                if found:
                    raise wire.Broken("a change of the table's size behind a field")
                self.size_max, at = self._integer(block, at, 5)
                if self.size_max > TABLE_BYTES_MAX:
                    raise wire.Broken("a table larger than allowed")
                self._evict()
            else:
                field, at = self._literal(block, at, 6 if first & 0x40 else 4)
                found.append(field)
                if first & 0x40:
                    self.entries.insert(0, field)
                    self._evict()
        return found

    def _literal(self, block, at, prefix_bits):
        index, at = self._integer(block, at, prefix_bits)
        name, at = (self._entry(index)[0], at) if index else self._text(block, at)
        value, at = self._text(block, at)
        return (name, value), at

    def _entry(self, index):
        if 1 <= index <= len(STATIC):
            return tuple(part.encode() for part in STATIC[index - 1])
        if index == 0 or index - len(STATIC) > len(self.entries):
            raise wire.Broken(f"no field with index {index}")
        return self.entries[index - len(STATIC) - 1]

    def _evict(self):
        while sum(len(name) + len(value) + 32 for name, value in self.entries) > self.size_max:
            self.entries.pop()

    def _integer(self, block, at, prefix_bits):
        most = (1 << prefix_bits) - 1
        value, at, shift = block[at] & most if at < len(block) else self._short(), at + 1, 0
        if value < most:
            return value, at
        while True:
            byte = block[at] if at < len(block) and shift < 35 else self._short()
            value, at, shift = value + ((byte & 127) << shift), at + 1, shift + 7
            if not byte & 128:
                return value, at

    def _text(self, block, at):
        coded = at < len(block) and block[at] & 0x80
        length, at = self._integer(block, at, 7)
        if at + length > len(block):
            self._short()
        value = block[at:at + length]
        return self._decoded(value) if coded else value, at + length

    def _decoded(self, value):
        out, code, bits = bytearray(), 0, 0
        for byte in value:
            for shift in range(7, -1, -1):
                code, bits = code << 1 | byte >> shift & 1, bits + 1
                symbol = CODES.get((bits, code)) if bits >= 5 else None
                if symbol == 256:
                    raise wire.Broken("the end's code in a string")
                if symbol is not None:
                    out.append(symbol)
                    code, bits = 0, 0
        if bits > 7 or code != (1 << bits) - 1:
            raise wire.Broken("a string's code is padded wrongly")
        return bytes(out)

    @staticmethod
    def _short():
        raise wire.Broken("a field block ends within a field, or an integer is too long")
