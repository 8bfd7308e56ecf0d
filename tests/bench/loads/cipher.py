"""A block cipher in pure Python (AES-128): tables of bytes, exclusive or, list comprehensions."""


def _times_two(a: int) -> int:
    return ((a << 1) ^ 0x11B) & 0xFF if a & 0x80 else a << 1


def _box() -> list[int]:
    box = [0] * 256
    p = q = 1
    while True:
        p = p ^ _times_two(p)
        q ^= q << 1
        q ^= q << 2
        q ^= q << 4
        q &= 0xFF
        if q & 0x80:
            q ^= 0x09
        x = q
        for turn in range(1, 5):
            x ^= ((q << turn) | (q >> (8 - turn))) & 0xFF
        box[p] = x ^ 0x63
        if p == 1:
            break
    box[0] = 0x63
    return box


BOX = _box()
DOUBLE = [_times_two(a) for a in range(256)]
SHIFTED = [(i * 5) % 16 for i in range(16)]


def round_keys(key: bytes) -> list[list[int]]:
    words = [list(key[i : i + 4]) for i in range(0, 16, 4)]
    constant = 1
    for i in range(4, 44):
        word = words[-1]
        if i % 4 == 0:
            word = [BOX[b] for b in word[1:] + word[:1]]
            word[0] ^= constant
            constant = DOUBLE[constant]
        words.append([a ^ b for a, b in zip(words[-4], word)])
    return [sum(words[i : i + 4], []) for i in range(0, 44, 4)]


def encrypt(block: bytes, keys: list[list[int]]) -> bytes:
    state = [a ^ b for a, b in zip(block, keys[0])]
    for number in range(1, 11):
        state = [BOX[state[i]] for i in SHIFTED]
        if number < 10:
            mixed = []
            for column in range(0, 16, 4):
                a, b, c, d = state[column : column + 4]
                every = a ^ b ^ c ^ d
                mixed.append(a ^ every ^ DOUBLE[a ^ b])
                mixed.append(b ^ every ^ DOUBLE[b ^ c])
                mixed.append(c ^ every ^ DOUBLE[c ^ d])
                mixed.append(d ^ every ^ DOUBLE[d ^ a])
            state = mixed
        state = [a ^ b for a, b in zip(state, keys[number])]
    return bytes(state)


def run() -> str:
    keys = round_keys(bytes(range(16)))
    counter = 0x00112233445566778899AABBCCDDEEFF
    block = b""
    for i in range(60):
        block = encrypt((counter + i).to_bytes(16, "big"), keys)
    first = encrypt(counter.to_bytes(16, "big"), keys).hex()
    assert first == "69c4e0d86a7b0430d8cdb78070b4c55a", first
    return block.hex()
