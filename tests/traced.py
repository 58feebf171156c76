"""The tests that reach every branch of domain, usecases and gateway: a traced test takes twice as long.

A branch that none of these reaches needs a test of its rule or use case, in the first of the folders.
"""

TRACED = (
    "usecases/",
    "unit/campaigns/",
    "unit/domain/",
    "unit/gateway/",
    "contract/test_outbox_contract.py",
    "integration/test_refunds_against_simulator.py",
    "integration/test_remittances_against_simulator.py",
    "unit/invoicing/test_credit_transfer.py::test_nothing_leaves_that_the_schema_refuses",
    "unit/invoicing/test_statement_pdf.py::test_same_day_gives_one_document_and_a_day_to_come_none",
    "unit/invoicing/test_statement_pdf.py::test_what_is_to_give_back_is_said_in_favour_of_the_person",
    "unit/portal/test_collection_pages.py::TestBounce::test_dispute_of_a_card_payment_is_followed_to_its_end",
    "unit/portal/test_collection_pages.py::TestBounce::test_evidence_is_on_one_page_for_a_page_and_for_a_debit",
    "unit/portal/test_comment_pages.py::test_comment_is_written_on_the_page_and_found_by_its_day",
    "unit/portal/test_correction_desk.py::test_preview_tells_of_an_approved_transfer_that_does_not_leave",
    "unit/portal/test_imports_desk.py::test_running_and_failed_imports_say_so",
    "unit/portal/test_look.py",
    "unit/portal/test_page_stories.py::test_accounting_blocks_on_the_page_of_the_file",
    "unit/portal/test_page_stories.py::test_double_click_and_another_address_find_one_attempt",
    "unit/portal/test_page_stories.py::test_grant_holder_is_told_that_only_the_check_of_the_evidence_remains",
    "unit/portal/test_page_stories.py::test_invoice_is_generated_once_then_downloaded",
    "unit/portal/test_page_stories.py::test_list_is_taken_away_as_it_is_filtered",
    "unit/portal/test_page_stories.py::test_new_address_is_cleaned_of_what_people_type_and_kept_if_asked",
    "unit/portal/test_page_stories.py::test_on_25_july_home_says_why_and_until_when_the_menus_are_closed",
    "unit/portal/test_page_stories.py::test_page_without_a_saved_address_asks_for_one_before_the_gateways",
    "unit/portal/test_page_stories.py::test_person_without_a_registration_still_has_a_home",
    "unit/portal/test_page_stories.py::test_saved_address_of_nobody_is_refused",
    "unit/portal/test_payment_link_pages.py::test_accountant_reads_who_paid_before_a_transfer_goes_to",
    "unit/portal/test_people_stories.py::TestAccounts::test_person_is_found_by_the_exact_address",
    "unit/portal/test_refund_pages.py::test_mailed_link_takes_the_iban_after_its_owner_has_seen_bank",
    "unit/portal/test_sentences.py",
    "unit/portal/test_told_amounts.py",
    "unit/portal/test_waiver_pages.py::test_debt_of_a_payer_is_proposed_from_its_page",
)
"""Folders, files and tests, as pytest names them."""
UNTRACED = (
    "unit/domain/test_audit.py::test_a_chain_rewritten_throughout_shows_by_the_heads_kept_apart",
    "unit/domain/test_audit.py::test_a_chain_that_nobody_touched_is_intact",
    "unit/domain/test_audit.py::test_a_copied_record_is_named",
    "unit/domain/test_audit.py::test_a_cut_tail_names_the_first_record_that_is_gone",
    "unit/domain/test_audit.py::test_a_deleted_record_is_named",
    "unit/domain/test_audit.py::test_a_flipped_",
    "unit/domain/test_audit.py::test_a_tail_cut_together_with_the_chains_end_shows_by_the_heads_kept_apart",
    "unit/domain/test_audit.py::test_an_erased_person_leaves_an_intact_chain_without_reasons",
    "unit/domain/test_audit.py::test_an_unreadable_record_is_named",
    "unit/domain/test_audit.py::test_one_record_rewritten_with_its_hash_is_named",
    "unit/domain/test_retention.py::test_in_a_hundred_years_nothing_personal_is_left",
    "unit/domain/test_retention.py::test_nothing_expires_while_money_may_move",
    "unit/domain/test_retention.py::test_what_expired_is_written_once_and_the_next_day_is_known",
    "unit/domain/test_statement_chains.py::test_any_cutting_into_overlapping_files_gives_the_account",
    "unit/gateway/test_forged_notifications.py",
    "usecases/test_after_an_outage.py::test_no_outage_takes_twice_on_a_day_or_in_a_month",
    "usecases/test_allocation.py::test_never_more_is_allocated_than_is_owed_nor_than_was_received",
    "usecases/test_audit_search.py::test_pages_hold_all_that_fits_newest_first",
    "usecases/test_evidence_season.py",
    "usecases/test_kept_secrets.py",
    "usecases/test_notifications.py::test_p10_any_order_of_the_same_events_ends_alike",
    "usecases/test_transfer_files.py::test_more_than_a_file_holds_are_several_files_of_one_act",
)
"""Tests among these that are not traced: they take long, and others reach their branches."""


def is_traced(test: str) -> bool:
    """Say it of a test by its path from this folder and its name."""
    return test.startswith(TRACED) and not test.startswith(UNTRACED)
