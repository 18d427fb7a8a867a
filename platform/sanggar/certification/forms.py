"""The two small forms of this slice."""

from __future__ import annotations

from wtforms.validators import DataRequired, Length

from sanggar.certification.service import MIN_REASON
from sanggar.kernel.forms import Form, LongTextField, TextField
from sanggar.kernel.i18n import _l


class VerifyForm(Form):
    """A number as it stands on paper."""

    class Meta:
        """Anybody may ask, from anywhere: nothing is changed."""

        csrf = False

    number = TextField(
        _l("Certificate number"), validators=[DataRequired(_l("Type the number of the certificate.")), Length(max=40)]
    )  # fmt: skip


class RevokeForm(Form):
    """Why a certificate is taken back."""

    reason = LongTextField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Write the reason in a sentence: the holder and verifiers read it.")),
            Length(min=MIN_REASON, max=500, message=_l("Between 10 and 500 characters.")),
        ],
    )
