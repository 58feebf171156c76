from chalicelib.domain.causes import PlanBelowMinimum, RegistrationRefusedFor
from chalicelib.domain.errors import NotFound, PlanBinding


def test_refusals_are_alike_by_class_and_data() -> None:
    assert {PlanBinding(), PlanBinding(), PlanBelowMinimum(1), PlanBelowMinimum(2)} == {
        PlanBinding(),
        PlanBelowMinimum(2),
        PlanBelowMinimum(1),
    }
    assert PlanBinding() != NotFound()


def test_cause_keeps_the_code_and_has_a_key_of_its_own() -> None:
    assert (PlanBelowMinimum.code, PlanBelowMinimum(1).key) == (
        "plan_not_allowed",
        "plan_not_allowed.minimum",
    )


def test_what_is_printed_tells_no_data() -> None:
    assert str(RegistrationRefusedFor("confidential")) == "registration_refused.reason"
