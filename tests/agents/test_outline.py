from jupyter_collab_agents.agents.notebook.outline import outline

from .scene import code, failed, markdown, notebook


def test_headings_nest_and_cells_say_what_they_do():
    lines = outline(
        notebook(
            markdown("# Sales\ntext\n## Load ##"),
            code("import pandas as pd\nimport os", 1),
            code("df = pd.read_csv('sales.csv')", 2),
            code("df['tax'] = 1", 3),
            "",
            markdown("## Plot\n```\n# no heading\n```"),
            code("df.plot().savefig('a.png')"),
            code("1 / 0", 4, [failed("ZeroDivisionError", "division by zero")]),
            "x = (",
        )
    )
    assert lines == [
        "`sales.ipynb`: 9 cells, 7 of them code, 4 run.",
        "",
        "- **Sales** (cell 1)",
        "  - **Load** (cell 1)",
        "    - cell 2: imports `pandas`, `os`",
        "    - cell 3: sets `df`, reads `sales.csv`",
        "    - cell 4: changes `df`",
        "  - **Plot** (cell 6)",
        "    - cell 7: writes `a.png`, not run",
        "    - cell 8: `1 / 0`, **failed**",
        "    - cell 9: cannot be read, not run",
        "",
        "**Next:** ask me to `check` it.",
    ]


def test_headings_are_text_not_markdown():
    [heading] = [
        line for line in outline(notebook(markdown("# ![x](http://a/b) <b>*hi*"))) if "cell" in line
    ][1:]
    assert r"\!\[x\]\(http://a/b\) \<b\>\*hi\*" in heading


def test_a_long_notebook_is_cut():
    lines = outline(notebook(*[f"x{i} = {i}" for i in range(200)]))
    assert "- … and 120 more." in lines
    assert len(lines) < 90


def test_an_empty_notebook_has_an_outline():
    assert outline(notebook())[0] == "`sales.ipynb`: 0 cells, 0 of them code, 0 run."
