"""Every brief of the demo has a dated way that ends where it stands."""

from __future__ import annotations

from collections import defaultdict

from sqlmodel import select
from tests.demo.conftest import Transaction

from sanggar.clients import history
from sanggar.clients.models import Brief, BriefMove
from sanggar.clients.stages import can_move


def test_every_brief_has_a_dated_way_that_ends_where_it_stands(demo: Transaction) -> None:
    with demo() as session:
        ways = defaultdict(list)
        for move in session.exec(select(BriefMove).order_by(BriefMove.id)):
            ways[move.brief_id].append(move)
        briefs = list(session.exec(select(Brief.id)))
        assert set(ways) == set(briefs)
        wrong = []
        for brief_id, moves in ways.items():
            dates = [move.at for move in moves]
            legal = all(can_move(m.old, m.new) for m in moves)
            if dates != sorted(dates) or not legal or moves[-1].new is not history.stage(brief_id):
                wrong.append(
                    (brief_id, [m.new.value for m in moves], history.stage(brief_id).value)
                )
        assert not wrong, wrong[:5]
