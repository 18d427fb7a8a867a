"""Which numbers are outside the house limits, and what a mentor may do about them."""

from __future__ import annotations

#: house limits: below `ENOUGH` answers nothing is judged
ENOUGH = 30
HARDEST, EASIEST, LEAST_DISCRIMINATION = 0.30, 0.90, 0.20
#: a reliability below this does not carry a decision about a person
LEAST_ALPHA = 0.70
#: an item whose absence raises alpha by this much is worth a look
ALPHA_GAIN = 0.01
#: rounding leaves variances of this size where there is none
NOTHING = 1e-12

#: code -> (Indonesian, English)
ADVICE: dict[str, tuple[str, str]] = {
    "few_answers": (
        "Baru sedikit jawaban (di bawah 30). Tunggu dulu sebelum menilai butir ini.",
        "Fewer than 30 answers so far. Wait before judging this item.",
    ),
    "few_persons": (
        "Baru sedikit peserta (di bawah 30). Angka tes ini masih mudah berubah.",
        "Fewer than 30 persons so far. The numbers of this test will still move.",
    ),
    "no_variation": (
        "Semua peserta mendapat nilai yang sama. Butir ini tidak membedakan siapa pun: periksa kunci, "
        "lalu ubah tingkat kesukarannya.",
        "Everyone got the same score. The item tells nobody apart: check the key, then make it easier "
        "or harder.",
    ),
    "too_hard": (
        "Kurang dari 30% nilai diperoleh. Periksa kunci dan kalimat soal; jika benar, pastikan materinya "
        "diajarkan.",
        "Less than 30% of the marks were earned. Check the key and the wording; if both are right, make "
        "sure it is taught.",
    ),
    "too_easy": (
        "Lebih dari 90% nilai diperoleh. Boleh dipakai sebagai pembuka, tetapi sedikit sekali mengukur: "
        "pertimbangkan pengecoh yang lebih mirip.",
        "More than 90% of the marks were earned. Fine as an opening, but it measures little: consider "
        "closer distractors.",
    ),
    "below_guessing": (
        "Hasilnya tidak lebih baik daripada menebak. Hampir pasti kunci atau kalimat soalnya keliru.",
        "No better than guessing. Most likely the key or the wording is wrong.",
    ),
    "negative_discrimination": (
        "Peserta yang kuat justru lebih sering salah. Periksa kunci sekarang; jika kunci benar, hentikan "
        "pemakaian butir ini.",
        "Able people get it wrong more often. Check the key now; if the key is right, stop using the item.",
    ),
    "low_discrimination": (
        "Butir ini kurang membedakan peserta yang kuat dan yang lemah (korelasi di bawah 0,20). Cari "
        "kalimat bermakna ganda atau pengecoh yang juga dapat dibenarkan.",
        "The item hardly tells strong from weak (correlation below 0.20). Look for a double meaning or a "
        "distractor that can be defended.",
    ),
    "lowers_reliability": (
        "Tanpa butir ini, tes menjadi lebih andal. Mungkin butir ini mengukur hal lain: perbaiki atau "
        "pindahkan.",
        "Without this item the test would be more reliable. It may measure something else: mend or move it.",
    ),
    "low_reliability": (
        "Keandalan tes di bawah 0,70: terlalu kasar untuk keputusan tentang orang. Tambahkan butir yang "
        "baik, atau perbaiki butir yang ditandai.",
        "The reliability is below 0.70: too rough for decisions about people. Add good items or mend those "
        "flagged.",
    ),
    "distractor_unused": (
        "Pengecoh ini dipilih kurang dari 5% peserta. Ganti dengan kesalahan yang sungguh sering terjadi.",
        "Fewer than 5% chose this distractor. Replace it by a mistake people really make.",
    ),
    "distractor_draws_able": (
        "Pemilih pengecoh ini rata-rata lebih kuat daripada pemilih kunci. Periksa apakah pengecoh ini "
        "sebenarnya benar.",
        "Those who chose this distractor are abler on average than those who chose the key. Check whether "
        "it is right after all.",
    ),
    "distractor_rises": (
        "Pengecoh ini lebih menarik bagi peserta yang kuat daripada yang lemah. Baca ulang: mungkin dapat "
        "dibenarkan.",
        "This distractor draws more strong than weak participants. Read it again: it may be defensible.",
    ),
    "weak": (
        "Skor butir ini hampir tidak sejalan dengan sisa tes (korelasi di bawah 0,10). Parameternya "
        "tidak dapat dipercaya: perbaiki dulu.",
        "The score hardly goes with the rest of the test (correlation below 0.10). Its parameters cannot "
        "be trusted: mend it first.",
    ),
    "constant": (
        "Hanya ada satu skor yang berbeda. Butir ini tidak dapat dikalibrasi.",
        "There is only one different score. The item cannot be calibrated.",
    ),
}


def advice(code: str, language: str = "id") -> str:
    """Return what to do about a flag.

    Parameters
    ----------
    code : str
        A flag of `classical`, `choices` or `calibration`.
    language : str
        ``id`` or ``en``.

    Raises
    ------
    KeyError
        When there is no such code.
    """
    return ADVICE[code][1 if language == "en" else 0]


def item_flags(
    answers: int,
    facility: float | None,
    variance: float | None,
    correlation: float | None,
    guess: float | None = None,
    alpha: float | None = None,
    deleted: float | None = None,
) -> tuple[str, ...]:
    """Return what is outside the house limits, as keys of `ADVICE`.

    Parameters
    ----------
    answers : int
    facility, variance, correlation : float or None
        Share of the maximum, variance of the marks, item-rest correlation.
    guess : float, optional
        Random-guess score as a share.
    alpha, deleted : float, optional
        Alpha of the test with and without the item.

    Returns
    -------
    tuple of str
        Only ``few_answers`` below `ENOUGH` answers: chance rules there.
    """
    if answers < ENOUGH:
        return ("few_answers",)
    if not variance or variance <= NOTHING:
        return ("no_variation",)
    flags = []
    if facility is not None:
        if facility < HARDEST:
            flags.append("too_hard")
        if facility > EASIEST:
            flags.append("too_easy")
        if guess is not None and facility <= guess:
            flags.append("below_guessing")
    if correlation is not None and correlation < 0:
        flags.append("negative_discrimination")
    elif correlation is not None and correlation < LEAST_DISCRIMINATION:
        flags.append("low_discrimination")
    if alpha is not None and deleted is not None and deleted - alpha > ALPHA_GAIN:
        flags.append("lowers_reliability")
    return tuple(flags)
