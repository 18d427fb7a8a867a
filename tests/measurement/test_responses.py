"""Tables in the dialects of spreadsheets, and errors that name the line."""

from __future__ import annotations

import numpy as np
import pytest

from sanggar.measurement.responses import BadTable, Responses, codes_for, parse, read

pytestmark = pytest.mark.once


def test_a_plain_table():
    found = parse(b"Q1,Q2\n1,0\n,1\n0,NA\n")
    assert found.names == ("Q1", "Q2")
    assert np.array_equal(found.scores, [[1, 0], [np.nan, 1], [0, np.nan]], equal_nan=True)
    assert found.persons == 3
    assert found.answers().tolist() == [2, 2]


@pytest.mark.parametrize("last", ["freq", "Freq", "FREQ", ' "freq"'])
def test_frequencies_in_any_case(last):
    found = parse(f"Q1,{last}\n1,3\n0,2\n".encode())
    assert found.names == ("Q1",)
    assert found.freq.tolist() == [3, 2]
    assert found.persons == 5


def test_spreadsheet_dialects():
    wanted = [[0.5, 1.0], [2.0, np.nan]]
    for text in (
        '\ufeff"Q1";"Q2"\r\n"0,5";1\r\n2;\r\n\r\n',
        '"Q1"\t"Q2"\n0.5\t1\n2\t\n',
        '"Q1","Q2"\n"0.5",1\n2,\n',
    ):
        found = parse(text.encode())
        assert found.names == ("Q1", "Q2")
        assert np.array_equal(found.scores, wanted, equal_nan=True)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("", 0, "empty"),
        ("\n\n", 0, "empty"),
        ("Q1,Q2\n", 0, "no responses"),
        ("Q1,Q2\n1,0\n1,x\n", 3, "“x” in column Q2 is not a number"),
        ("Q1,Q2\n1,inf\n", 2, "not a number"),
        ("Q1,Q2\n1,1_0\n", 2, "not a number"),
        ("Q1,Q2\n1,A1\n", 2, "columns that are no items stay out"),
        ("Q1,Q2\n1,-1\n", 2, "negative: .* a missing answer is empty"),
        ("sep=;\nQ1;Q2\n1;x\n", 3, "not a number"),
        ("1,1,0\n0,1,0\n", 1, "is the line of names missing"),
        ("Q1,Q2\n1,0\n1\n", 3, "1 cells"),
        ("Q1,Q2\n1,0,1\n", 2, "3 cells"),
        ("Q1,Q1\n1,0\n", 1, "Q1 stands more than once"),
        ("Q1,\n1,0\n", 1, "column 2 has no name"),
        ("Q1,freq\n1,1.5\n", 2, "whole number"),
        ("Q1,freq\n1,2\n1,\n", 3, "whole number"),
        ("Q1,freq\n1,0\n", 0, "every freq is 0"),
        ("freq,Q1\n1,0\n", 1, "must be the last"),
        ("freq\n1\n", 1, "must be the last"),
        ('Q1,Q2\n"1,0\n', 2, "broken"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text, line, word):
    with pytest.raises(BadTable, match=word) as error:
        parse(text.encode())
    assert error.value.line == line


@pytest.mark.parametrize("cell", ["NA", "na", "N/A", "#N/A", "NaN", ".", "-", "NULL", "#NULL!"])
def test_programs_write_missing_answers_in_many_ways(cell):
    assert np.isnan(parse(f"Q1,Q2\n1,{cell}\n0,1\n".encode()).scores[0, 1])


def test_more_spreadsheet_dialects():
    for text in (
        'sep=;\r\n"Q1";"Q;2"\r\n1;0\r\n',
        '"Q1" , "Q;2"  \n"1" , 0\n',
        'Q1,"Q;2",,\n1,0,,\n',
    ):
        found = parse(text.encode())
        assert found.names == ("Q1", "Q;2")
        assert found.scores.tolist() == [[1, 0]]
    assert parse(b'"Q\n1",Q2\n1,0\n').names == ("Q 1", "Q2")


@pytest.mark.parametrize(
    ("name", "numbers"), [("id", [7, 3, 40]), ("NIM", [1, 2]), ("Q0", range(11, 22))]
)
def test_numbers_of_people_are_no_item(name, numbers):
    text = f"{name},Q1\n" + "".join(f"{n},1\n" for n in numbers)
    with pytest.raises(BadTable, match="numbers the people: leave it out") as error:
        parse(text.encode())
    assert error.value.line == 1
    assert parse((text + f"{numbers[0]},1\n").encode()).persons == len(numbers) + 1
    patterns = text.replace("Q1", "freq")
    assert parse(patterns.encode()).names == (name,)


def test_an_error_begins_with_file_and_line(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("Q1\n1\nx\n")
    with pytest.raises(BadTable) as error:
        read(path)
    assert str(error.value).startswith(f"{path}:3: “x”")


def test_other_encodings_are_named():
    with pytest.raises(BadTable, match="UTF-8"):
        parse("Q1\n1\n".encode("utf-16"))
    with pytest.raises(BadTable, match=r"line 2.*UTF-8"):
        parse(b"Q1\n\xe9\n")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(BadTable, match="cannot be read"):
        read(tmp_path / "no.csv")
    with pytest.raises(BadTable, match="cannot be read"):
        read(tmp_path)


def test_categories_are_the_scores_that_occur():
    scores = [[0, 1], [4, 2.5], [1, np.nan], [9, 1]]
    found = Responses.of(scores, ("A", "B"), [1, 1, 1, 0]).coded()
    assert found.codes.tolist() == [[0, 0], [2, 1], [1, -1], [-1, 0]]
    assert [v.tolist() for v in found.values] == [[0, 1, 4], [1, 2.5]]
    assert found.gaps == ((2, 3), ())


def test_scores_become_the_categories_of_a_bank():
    given = Responses.of([[0, 4, 1], [2, np.nan, 0]], ("A", "B", "X"))
    codes, ignored = codes_for(given, ["B", "A", "C"], [[0, 4], [0, 2], [0, 1]])
    assert codes.tolist() == [[1, 0, -1], [-1, 1, -1]]
    assert ignored == ["X"]
    with pytest.raises(BadTable, match="B: the score 4"):
        codes_for(given, ["B"], [[0, 1]])
    with pytest.raises(BadTable, match="no column"):
        codes_for(given, ["Z"], [[0, 1]])


def test_arrays_must_fit():
    with pytest.raises(ValueError, match="one column a name"):
        Responses.of([[1, 0]], ("A",))
    with pytest.raises(ValueError, match="freq"):
        Responses.of([[1, 0]], freq=[-1])
