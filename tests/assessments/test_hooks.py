"""The core's question types reach the registry as those of a plugin do."""

from __future__ import annotations

from sanggar.kernel import registry


def test_the_registry_knows_whose_the_core_types_are(app) -> None:
    with app.app_context():
        found = registry.current()
        for kind in ("single", "multiple", "numeric", "ordering", "short"):
            assert found.owner("question_types", kind) == "sanggar.assessments"
            template = found.question_types[kind].template
            assert app.jinja_env.get_template(template)


def test_jobs_are_on_the_clock(app) -> None:
    from sanggar.kernel import jobs

    names = jobs.registered()
    assert names["assessments.attempts.expire_attempts"] == {"minute": "*"}
    assert names["assessments.submissions.make_copies"] is None
    assert names["kernel.files.sweep.sweep_uploads"] is not None
