"""Texts and changed copies of them, as Hypothesis strategies."""

from hypothesis import strategies as st

WORDS = st.sampled_from(
    [
        *"abcxyz",
        " ",
        "\n",
        "\n",
        "(",
        ")",
        " = ",
        "é",
        "e\u0301",
        "\N{WOMAN}\u200d\N{PERSONAL COMPUTER}",
        "\U0001f1e9\U0001f1ea",
        "\N{THUMBS UP SIGN}\U0001f3fd",
        "線上",
        "שלום",
        "हिन्दी",
        "    return x\n",
        "def f():\n",
        "print(x)\n",
    ]
)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])

texts = st.lists(WORDS | ENDS, max_size=30).map("".join)
plain_texts = st.lists(WORDS, max_size=30).map("".join)


@st.composite
def changed(draw, text, words=WORDS):
    """A copy with up to four stretches replaced."""
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 6)))
        text = text[:start] + "".join(draw(st.lists(words, max_size=4))) + text[end:]
    return text


@st.composite
def versions(draw, base=texts, words=WORDS):
    """A text and two changed copies."""
    text = draw(base)
    return text, draw(changed(text, words)), draw(changed(text, words))


@st.composite
def marked(draw):
    """Lines of distinct words; each copy deletes some and inserts its own marks."""
    lines = [[f"b{line}w{word}" for word in range(3)] for line in range(draw(st.integers(1, 6)))]

    def copy(mark):
        said = []
        for line in lines:
            words = []
            for word in line:
                match draw(st.integers(0, 9)):
                    case 0:
                        words.append(f"{mark}{len(said)}x{len(words)}")
                    case 1:
                        continue
                    case 2:
                        words += [word, f"{mark}{len(said)}y{len(words)}"]
                    case _:
                        words.append(word)
            said.append(" ".join(words) + "\n")
        return "".join(said)

    base = "".join(" ".join(line) + "\n" for line in lines)
    return base, copy("o"), copy("t")
