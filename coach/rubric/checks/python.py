"""`python`: a check written in code, by name; the last resort.

An organisation's own check is registered as an entry point of the group `okr_coach.checks`: a function
that makes a check from the rule's parameters and the feature space. YAML never carries code.
"""

from __future__ import annotations

from importlib.metadata import entry_points

from coach.errors import RubricError
from coach.rubric.checks import completeness, measures, people, sets, targets, twins, wholes
from coach.rubric.checks.base import CheckFactory, Gated, Params
from coach.rubric.schema import PythonDetect
from coach.rubric.space import FeatureSpace

BUILT_IN: dict[str, CheckFactory] = {
    "several-objectives": wholes.several_objectives,
    "repeats-objective": wholes.repeats_objective,
    "off-the-why": wholes.off_the_why,
    "all-outputs": wholes.all_outputs,
    "no-guardrail": wholes.no_guardrail,
    "same-thing-twice": twins.same_thing_twice,
    "ambiguous-number": measures.ambiguous_number,
    "several-measures": measures.several_measures,
    "target-direction": measures.target_direction,
    "relative-without-base": measures.relative_without_base,
    "vanity": measures.vanity,
    "unnamed-instrument": measures.unnamed_instrument,
    "target-in-objective": targets.target_in_objective,
    "no-data-source": completeness.no_data_source,
    "no-owner": completeness.no_owner,
    "due-outside-cycle": completeness.due_outside_cycle,
    "first-measure-too-late": completeness.first_measure_too_late,
    "owner-load": sets.owner_load,
    "mission-unclear": sets.mission_unclear,
    "jargon": people.jargon,
    "personal-data": people.personal_data,
}


def compile_python(detect: PythonDetect, params: Params, space: FeatureSpace) -> Gated:
    """Make a check by its name; RubricError when it is registered nowhere."""
    factory = BUILT_IN.get(detect.check) or _registered(detect.check)
    return factory({**detect.params, **params}, space)


def _registered(name: str) -> CheckFactory:
    for point in entry_points(group="okr_coach.checks"):
        if point.name == name:
            loaded: CheckFactory = point.load()
            return loaded
    raise RubricError(f"there is no check {name!r}; built in: {', '.join(sorted(BUILT_IN))}")
