"""Who may open the pages of exams, practical work and marking."""

ROUTES = {
    "assessments.intro": "talent",
    "assessments.start": "talent",
    "assessments.attempt": "talent",
    "assessments.question": "talent",
    "assessments.answer": "talent",
    "assessments.overview": "talent",
    "assessments.submit": "talent",
    "assessments.result": "talent",
    "assessments.review": "talent",
    "assessments.task": "talent",
    "assessments.hand_in": "talent",
    "assessments.remove_file": "talent",
    "assessments.download": "talent mentor",
    "assessments.picture": "talent mentor",
    "assessments.queue": "mentor",
    "assessments.mark": "mentor",
    "assessments.take": "mentor",
    "assessments.give_back": "mentor",
    "assessments.save": "mentor",
    "assessments.judge": "mentor",
}
