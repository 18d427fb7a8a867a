"""`sanggar ranking build`: on this machine, and in shards on worker processes that read for themselves."""

from __future__ import annotations

import shutil
import warnings

import numpy as np
import pytest
from benchmarks import certified
from click.testing import CliRunner
from sqlmodel import select
from tests.conftest import ON_POSTGRES

from sanggar.catalogue import queries as catalogue
from sanggar.clients import queries as clients
from sanggar.clients.models import WorkProfile
from sanggar.kernel import db, events
from sanggar.plugin import events as happened
from sanggar.rankers.index import Index
from sanggar.rankers.index import shards as on_cluster
from sanggar.ranking import indexed, indexing, keeping, service
from sanggar.ranking.commands import ranking
from sanggar.ranking.fitting import Asked
from sanggar.ranking.indexing import Plan
from sanggar.ranking.scoring import Baseline

TRACK = "packaging_design"


@pytest.fixture
def many(remembered, tx, people, now, indexes):
    def fill() -> list[int]:
        with tx() as session:
            track = catalogue.track(TRACK)
            certified.fill(session, track, 240, now)
            _owner, client = certified.owner(session, now)
            return certified.briefs(session, track, client, 6, now)

    return remembered(fill)


def lists(ids, now):
    made = []
    for brief_id in ids:
        brief = clients.system_brief(brief_id)
        ask = Asked.of(brief, Baseline(Plan.of(TRACK).features), now)
        found = indexed.fitting(ask)
        assert found is not None
        made.append([
            (c.person_id, c.score, c.chance, c.reasons) for c in service.arrange(ask, found).cards
        ])  # fmt: skip
    return made


def test_the_command_writes_the_index_of_a_track(app, tx, many, now) -> None:
    with app.app_context():
        said = CliRunner().invoke(ranking, ["build", "--track", TRACK])
        assert said.exit_code == 0 and "packaging_design: g000001 in" in said.output
        assert len(Index.open(indexing.folder(TRACK), verify=True)) > 200
        nothing = CliRunner().invoke(ranking, ["build"])
        assert nothing.exit_code == 0 and not nothing.output


@pytest.fixture
def cluster(app, many, monkeypatch):
    """Two worker processes with the settings of this site."""
    distributed = pytest.importorskip("distributed")
    with app.app_context():
        url = db.database().url
    for name, value in {
        "MODE": "test",
        "DATA_DIR": str(app.extensions["sanggar.settings"].data),
        "DATABASE_URL": url,
    }.items():
        monkeypatch.setenv(f"SANGGAR_{name}", value)
    with (
        warnings.catch_warnings(),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
            host="127.0.0.1", silence_logs=50,
        ) as made,
    ):  # fmt: skip
        yield made.scheduler_address


@pytest.mark.slow
@pytest.mark.skipif(not ON_POSTGRES, reason="several machines share a PostgreSQL")
def test_two_processes_read_their_shares_and_answer_as_one(app, tx, many, cluster, now) -> None:
    with tx():
        keeping.build(TRACK, now)
        alone = lists(many, now)
        indexed.forget()
        shutil.rmtree(indexing.folder(TRACK))
    with app.app_context():
        said = CliRunner().invoke(
            ranking, ["build", "--track", TRACK, "--scheduler", cluster, "--shards", "3"]
        )
        assert said.exit_code == 0, said.output
    with tx():
        folder = indexing.folder(TRACK)
        assert isinstance(indexed.opened(folder), on_cluster.Shards)
        assert lists(many, now) == alone
        with on_cluster.connect(cluster) as client:
            indexed._open[folder] = on_cluster.Shards(folder, client)
            assert lists(many, now) == alone
        indexed.forget()
    best = alone[0][0][0]
    with tx() as session:
        session.exec(select(WorkProfile).where(WorkProfile.person_id == best)).one().paused = True
        events.emit(happened.WorkProfileChanged(at=now, person=best))
    with tx():
        assert indexed.opened(indexing.folder(TRACK)).look(np.array([best]), "paused")[best] == (1,)
        assert best not in {line[0] for line in lists(many, now)[0]}
