//! What commits did to records that no single state of them shows.

use super::world::World;

fn write(world: &World, path: &str, text: &str, message: &str) {
    world.git.folder.write(path, text);
    world.git.commit(message);
}

#[test]
fn a_status_follows_the_one_before_it() {
    let world = World::new();
    let incident = |status: &str| format!("kind: incident\nid: inc-a\ntitle: T\nstatus: {status}\n");
    let path = "sms/incident/inc-a.yaml";
    write(&world, path, &incident("new"), "Open");
    write(&world, path, &incident("classified"), "Work");
    assert_eq!(world.problems(), [""; 0]);
    write(&world, path, &incident("new"), "Back");
    assert_eq!(world.problems(), ["status-illegal-jump"]);
}

#[test]
fn what_is_over_is_edited_only_as_a_correction() {
    let world = World::new();
    let change = |more: &str| format!("kind: change\nid: chg-a\ntitle: T\nstatus: closed\n{more}");
    let path = "sms/change/chg-a.yaml";
    write(&world, path, &change(""), "Write");
    write(&world, path, &change("tags: [a]\n"), "Sort it");
    write(&world, path, &change("tags: [a]\ncategory: normal\n"), "Correct it\n\nCorrection: it was normal all along");
    assert_eq!(world.problems(), ["change-no-approval"], "nobody decided it, and no more");
    write(&world, path, &change("category: standard\n"), "Make it nicer");
    assert_eq!(world.problems(), ["change-no-approval", "closed-record-edited"]);
}

#[test]
fn records_are_kept_for_their_time_and_moving_one_deletes_nothing() {
    let world = World::new();
    let record = "kind: risk\nid: r-a\ntitle: T\nstatus: open\n";
    write(&world, "sms/risk/r-a.yaml", record, "Write");
    world.git.run(&["mv", "sms/risk/r-a.yaml", "sms/risk/moved.yaml"]);
    world.git.commit("Move");
    write(&world, "sms/risk/moved.yaml", &record.replace("id: r-a", "id: r-b\naliases: [r-a]"), "Rename");
    assert_eq!(world.problems(), [""; 0]);
    world.git.run(&["rm", "--quiet", "sms/risk/moved.yaml"]);
    world.git.commit("Throw away");
    assert_eq!(world.problems(), ["record-deleted-early"]);
    let told = world.git.folder.run(&["audit", "verify"]).findings();
    assert!(told.contains("deletes 'r-b' after 0s; records are kept for 1095d"), "{told}");
    world.git.folder.write("gitsm.toml", "format = 1\n[evidence]\nkeep = \"0s\"\n");
    assert_eq!(world.problems(), [""; 0], "by the settings that are read");
}

#[test]
fn what_is_written_long_after_the_event_is_told() {
    let world = World::new();
    let incident =
        |day: &str| format!("kind: incident\nid: inc-{day}\ntitle: T\nstatus: closed\nreported_at: {day}T10:00:00Z\n");
    write(&world, "sms/incident/inc-2026-09-19.yaml", &incident("2026-09-19"), "In time");
    assert_eq!(world.problems(), [""; 0]);
    write(&world, "sms/incident/inc-2026-07-01.yaml", &incident("2026-07-01"), "Late");
    assert_eq!(world.problems(), ["backdated-record"]);
}

#[test]
fn a_target_made_easier_needs_a_change() {
    let world = World::new();
    let objective = |value: &str| {
        format!("kind: objective\nid: obj-a\ntitle: T\nstatus: active\ntarget: {{operator: '>=', value: {value}}}\n")
    };
    let path = "sms/objective/obj-a.yaml";
    write(&world, path, &objective("96"), "Aim");
    write(&world, path, &objective("98"), "Aim higher");
    write(&world, path, &objective("97.5"), "Aim lower\n\nChange: chg-a");
    assert_eq!(world.problems(), [""; 0]);
    write(&world, path, &objective("95"), "Aim lower");
    assert_eq!(world.problems(), ["target-lowered"]);
}

#[test]
fn a_change_that_was_carried_out_left_a_trace_at_its_items() {
    let world = World::new();
    let ci = |more: &str| format!("kind: ci\nid: ci-a\ntitle: T\nstatus: live\n{more}");
    let change = |id: &str, end: &str| {
        format!(
            "kind: change\nid: {id}\ntitle: T\nstatus: implemented\ntype: modify\naffects: [ci-a]\nactual: {{end: '{end}'}}\n"
        )
    };
    write(&world, "sms/ci/ci-a.yaml", &ci(""), "Item\n\nChange: chg-0");
    write(
        &world,
        "sms/change/chg-a.yaml",
        &change("chg-a", "2026-09-21T10:00:00Z"),
        "Done, and the item was edited that day",
    );
    assert!(!world.problems().contains(&"change-ci-unchanged".to_owned()));
    world.git.wait(30 * 86_400);
    write(&world, "sms/change/chg-b.yaml", &change("chg-b", "2026-10-21T10:00:00Z"), "Done, and nothing was edited");
    assert!(world.problems().contains(&"change-ci-unchanged".to_owned()));
    world.git.wait(30 * 86_400);
    write(&world, "sms/ci/ci-a.yaml", &ci("owner: ann\n"), "Late, but under the change\n\nChange: chg-b");
    assert!(!world.problems().contains(&"change-ci-unchanged".to_owned()));
}
