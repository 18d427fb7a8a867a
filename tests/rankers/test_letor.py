"""Public data sets are read as they lie on disk; what does not add up is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sanggar.errors import Invalid
from sanggar.rankers import letor

pytestmark = pytest.mark.once


def write(folder: Path, name: str, lines: str, sizes: str | None) -> Path:
    path = folder / name
    path.write_text(lines, "utf-8")
    if sizes is not None:
        path.with_name(f"{name}.query").write_text(sizes, "utf-8")
    return path


def test_files_are_joined_with_their_lists(tmp_path: Path) -> None:
    first = write(tmp_path, "a.train", "0 1:0.5 3:2\n2 2:1\n1 1:4\n", "2\n1\n")
    second = write(tmp_path, "a.test", "1 4:7\n", "1\n")
    found = letor.read([first, second])
    assert found.X.shape == (4, 4)
    assert found.X[0].tolist() == [0.5, 0, 2, 0]
    assert found.y.tolist() == [0, 2, 1, 1]
    assert found.groups.tolist() == [0, 0, 1, 2]
    assert found.pick(found.groups == 0).y.tolist() == [0, 2]


def test_lists_may_be_named_in_the_lines(tmp_path: Path) -> None:
    path = write(tmp_path, "q.txt", "0 qid:3 1:1\n1 qid:3 1:2\n1 qid:9 1:3\n", None)
    assert letor.read([path]).groups.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("lines", "sizes", "said"),
    [
        ("0 1:1\n1 1:2\n", "3\n", "add up to 3"),
        ("0 1:1\n", "one\n", "whole number"),
        ("0 1:1\n", None, "no bad.query"),
        ("nonsense\n", "1\n", "bad"),
    ],
)
def test_what_does_not_add_up_is_named(
    tmp_path: Path, lines: str, sizes: str | None, said: str
) -> None:
    path = write(tmp_path, "bad", lines, sizes)
    with pytest.raises(Invalid, match=said):
        letor.read([path])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"absent\.train"):
        letor.read([tmp_path / "absent.train"])


def test_numbers_are_floats(tmp_path: Path) -> None:
    path = write(tmp_path, "n", "3 1:1e-3\n", "1")
    assert letor.read([path]).X.dtype == np.float64
