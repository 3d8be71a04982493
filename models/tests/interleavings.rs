//! Runs the models: with a bound on preemptions here, and without one where that is said.

use record_models::audit_files::models as audit;
use record_models::heap_files::models as heap;
use record_models::output::models as pool;
use record_models::table_files::models as table;

macro_rules! models {
    ($($name:ident($($argument:expr),*) in $module:ident, $most:literal;)*) => {
        mod within_a_bound {
            use super::*;

            $(#[test]
            fn $name() {
                $module::$name(Some($most) $(, $argument)*);
            })*
        }

        mod without_a_bound {
            use super::*;

            $(#[test]
            #[ignore = "long: cargo test --release -p record-models -- --ignored --nocapture"]
            fn $name() {
                $module::$name(None $(, $argument)*);
            })*
        }
    };
}

models! {
    returned_elsewhere() in pool, 1;
    taken_and_returned() in pool, 1;
    returned_at_once() in pool, 1;
    taken_back() in pool, 1;
    places_are_had_alone(3) in table, 1;
    bytes_at_the_end() in table, 2;
    the_last_reference() in table, 2;
    blocks_come_and_go(2) in table, 1;
    a_block_is_handed_on() in table, 3;
    all_blocks_are_taken_out() in table, 1;
    blocks_are_seen_whole() in table, 2;
    stacks_are_kept() in table, 2;
    a_request_ends() in audit, 1;
    an_owner_is_reported() in audit, 2;
    a_request_is_abandoned() in audit, 1;
    spawned_work() in audit, 1;
    signs() in audit, 2;
    same_stacks_are_summed() in heap, 2;
    other_stacks_are_summed() in heap, 2;
    ids_are_of_their_request() in heap, 1;
    places_of_ids_are_had_alone() in heap, 2;
}
