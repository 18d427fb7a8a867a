"""Reading courses from files: what is right is shown, what is wrong is named by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from sanggar.catalogue import courses
from sanggar.kernel.config import Settings

pytestmark = pytest.mark.once

YAML = 'title: {id: "Kursus", en: "Course"}\nsummary: {id: "Satu kalimat.", en: "One sentence."}\nhours: 2\n'
LESSON = "---\ntitle: Pelajaran\nminutes: 20\n---\nIsi pelajaran.\n"
ENGLISH = "---\ntitle: Lesson\n---\nText.\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"/>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "courses" / "group" / "course"
    made.mkdir(parents=True)
    (made / "course.yaml").write_text(YAML)
    (made / "01-first.id.md").write_text(LESSON)
    (made / "01-first.en.md").write_text(ENGLISH)
    return tmp_path / "courses"


def one(folder: Path, name: str, text: str) -> courses.Library:
    (folder / "group" / "course" / name).write_text(text)
    return courses.read(folder, {})


def lines(library: courses.Library) -> list[str]:
    return [str(fault) for fault in library.faults]


def test_a_course_is_read_with_its_lessons(folder: Path) -> None:
    library = courses.read(folder, {})
    course = library.courses["group/course"]
    assert library.faults == ()
    assert course.title.to("en") == "Course"
    assert [lesson.slug for lesson in course.lessons] == ["first"]
    assert course.lessons[0].title.to("en") == "Lesson"
    assert course.minutes == 20
    assert (course.group, course.name) == ("group", "course")


def test_lessons_stand_in_the_order_of_their_numbers(folder: Path) -> None:
    one(folder, "10-last.id.md", LESSON)
    library = one(folder, "02-middle.id.md", LESSON)
    course = library.courses["group/course"]
    assert [lesson.slug for lesson in course.lessons] == ["first", "middle", "last"]
    assert course.beside(course.lessons[1]) == (course.lessons[0], course.lessons[2])
    assert course.beside(course.lessons[0])[0] is None


def test_a_missing_english_text_is_a_warning_and_indonesian_is_shown(folder: Path) -> None:
    (folder / "group" / "course" / "01-first.en.md").unlink()
    library = courses.read(folder, {})
    assert [fault.severity for fault in library.faults] == ["warning"]
    assert library.courses["group/course"].lessons[0].title.to("en") == "Pelajaran"


@pytest.mark.parametrize(("name", "text", "line", "word"), [
    ("course.yaml", YAML + "level: 3\n", 4, "'level' is not known here"),
    ("course.yaml", YAML.replace("hours: 2", "hours: dua"), 3, "hours"),
    ("course.yaml", "summary: x\nhours: 1\n", 1, "'title' is missing"),
    ("01-first.id.md", LESSON.replace("20", "lama"), 3, "minutes"),
    ("01-first.id.md", "---\nminutes: 3\n---\nx", 2, "'title' is missing"),
    ("01-first.id.md", "Isi saja", 1, "facts at the top"),
    ("01-first.id.md", LESSON + "\n![x](gone.svg)\n", 7, "no picture 'gone.svg'"),
    ("01-first.id.md", LESSON + "\n![x](../../secret.svg)\n", 7, "not a file beside the lesson"),
    ("01-first.id.md", LESSON + "\n![x](https://a.test/b.png)\n", 7, "not a file beside"),
    ("01-first.id.md", LESSON + "\n::: check\nQ?\n- [x] a\n- [x] b\n:::\n", 7, "marked as right"),
    ("01-first.en.md", ENGLISH + "\n!!! hint\n    x\n", 6, "callout"),
    ("lesson-one.md", LESSON, 1, "not a lesson's file name"),
    ("02-first.id.md", LESSON, 1, "already a lesson 'first'"),
])  # fmt: skip
def test_each_fault_is_named_with_its_file_and_line(
    folder: Path, name: str, text: str, line: int, word: str
) -> None:
    found = lines(one(folder, name, text))
    where = f"courses/group/course/{name}:{line}: "
    assert [fault for fault in found if fault.startswith(where) and word in fault], found


def test_a_lesson_that_cannot_be_read_does_not_take_the_others_down(folder: Path) -> None:
    library = one(folder, "02-broken.id.md", "---\ntitle: [\n---\n")
    assert [lesson.slug for lesson in library.courses["group/course"].lessons] == ["first"]
    assert library.faults


def test_a_course_without_lessons_is_left_out_and_named(folder: Path) -> None:
    (folder / "group" / "course" / "01-first.id.md").unlink()
    library = courses.read(folder, {})
    assert library.courses == {}
    assert any("no lesson" in fault for fault in lines(library))


def test_a_plugin_brings_its_own_courses(folder: Path, tmp_path: Path) -> None:
    package = tmp_path / "sanggar_weaving"
    (package / "courses").mkdir(parents=True)
    (folder / "group" / "course").rename(package / "courses" / "first-steps")
    library = courses.read(folder, {"weaving": package})
    assert list(library.courses) == ["weaving/first-steps"]


def test_the_size_of_a_lesson_counts_its_pictures(folder: Path) -> None:
    before = courses.read(folder, {}).courses["group/course"].size("id")
    (folder / "group" / "course" / "a.png").write_bytes(b"x" * 5000)
    after = one(folder, "01-first.id.md", LESSON + "\n![x](a.png)\n")
    assert after.faults == ()
    assert 5000 < after.courses["group/course"].size("id") - before < 5200


def test_a_link_out_of_the_folder_is_not_a_picture(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.svg").write_text(SVG)
    (folder / "group" / "course" / "a.svg").symlink_to(tmp_path / "secret.svg")
    assert any(
        "no picture 'a.svg'" in f
        for f in lines(one(folder, "01-first.id.md", LESSON + "\n![x](a.svg)\n"))
    )


def test_the_courses_that_come_with_sanggar_have_no_fault(settings: Settings) -> None:
    library = courses.read(settings.courses, {})
    assert [str(fault) for fault in library.faults] == []
    assert "shared/freelancing-basics" in library.courses
