//! A server as it goes on: bounds on what it takes in, time that passes, an App that is installed anew, and its end.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use super::faults::{check_on, queue};
use super::hub::Hub;
use super::server::{Server, of_pull};
use super::{GREEN, WAITS, asked, shows};

#[test]
fn a_body_of_which_nobody_says_how_long_it_is_or_that_never_comes_is_not_waited_for() {
    let (hub, _) = asked();
    let server = Server::start(&hub);
    let raw = |head: &str, body: &[u8]| {
        let mut stream = TcpStream::connect(server.at).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        let head = format!(
            "POST /webhook HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-hub-signature-256: sha256=00\r\n{head}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let _ = stream.write_all(body);
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(raw("content-length: 99999999999999999999999", b""), "400", "no server takes that for a length");
    assert_eq!(raw("content-length: 26214401", b""), "413", "before any of it is sent");
    assert_eq!(raw("transfer-encoding: chunked", b"2\r\n{}\r\n0\r\n\r\n"), "411");
    let start = Instant::now();
    let mut headers = TcpStream::connect(server.at).unwrap();
    headers.write_all(b"POST /webhook HTTP/1.1\r\nx-a: ").unwrap();
    let drip = std::thread::spawn(move || {
        while headers.write_all(b"b").is_ok() && start.elapsed() < Duration::from_mins(1) {
            std::thread::sleep(Duration::from_millis(200));
        }
        start.elapsed()
    });
    assert_eq!(raw("content-length: 10", b"123"), "408");
    assert!(start.elapsed() < Duration::from_secs(25), "{:?}", start.elapsed());
    let dripped = drip.join().unwrap();
    assert!(dripped < Duration::from_secs(25), "headers that come byte by byte: {dripped:?}");
}

#[test]
fn whoever_sends_slowly_takes_no_more_room_than_there_is() {
    let (hub, number) = asked();
    let server = Server::start(&hub);
    server.rest();
    // Two and a half bodies of the largest sort fit; for the third one there is no room.
    let slow = |_| {
        let mut stream = TcpStream::connect(server.at).unwrap();
        let head =
            "POST /webhook HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: sha256=00\r\ncontent-length: 26214400\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        stream
    };
    let _held: Vec<TcpStream> = (0..2).map(slow).collect();
    std::thread::sleep(Duration::from_millis(500));
    let start = Instant::now();
    let _third = slow(2);
    std::thread::sleep(Duration::from_millis(300));
    // A true delivery comes through at once beside them.
    assert_eq!(server.deliver("pull_request", &of_pull(number, "edited")), (202, "queued\n".to_owned()));
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    assert_eq!(server.send("GET", "/health", &[], b"").0, 200);
}

#[test]
fn case_95_a_group_is_found_by_the_sweep_and_loses_its_green_when_somebody_objects() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    // Nobody tells the server of it: it came while the server was down.
    let group = queue(&hub, number, "main");
    let server = Server::start(&hub);
    server.rest();
    assert_eq!(check_on(&hub, &group.commit)[0], "success");
    hub.review(number, "ann", "CHANGES_REQUESTED", None);
    server.deliver("pull_request_review", &of_pull(number, "submitted"));
    server.rest();
    assert_eq!(check_on(&hub, &group.commit)[0], "failure", "or GitHub would merge it");
}

#[test]
fn a_repository_is_the_same_however_its_name_is_written() {
    let (hub, number) = asked();
    let server = Server::start(&hub);
    server.rest();
    let mut payload = of_pull(number, "synchronize");
    payload["repository"]["full_name"] = json!("acme/sms");
    server.deliver("pull_request", &payload);
    server.rest();
    let folders = |path: &str| {
        let entries = std::fs::read_dir(hub.dir.path().join("cache").join(path)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!((folders(""), folders("acme")), (vec!["acme".to_owned()], vec!["sms".to_owned()]));
    let path = format!("/decision/ACME/Sms/{number}");
    let status = server.send("GET", &path, &[("authorization", "Bearer of-another-app")], b"").0;
    assert!(status == 200 || status == 404, "{status}");
    assert_eq!((folders(""), folders("acme")), (vec!["acme".to_owned()], vec!["sms".to_owned()]), "no second clone");
}

#[test]
fn an_app_that_was_installed_anew_is_found_under_its_new_number() {
    let (hub, number) = asked();
    let server = Server::start(&hub);
    server.rest();
    shows(&hub, number, WAITS);
    hub.state().installation = 6;
    // The token of the old one would hold for a while yet; GitHub takes it back.
    hub.state().revoked = true;
    hub.review(number, "bo", "APPROVED", None);
    server.deliver("pull_request", &of_pull(number, "edited"));
    server.rest();
    server.pass(&hub, Duration::from_secs(30));
    shows(&hub, number, GREEN);
}

#[test]
fn case_68_and_69_the_clock_alone_stops_a_merge_and_lets_it_go_again() {
    let hub = Hub::new();
    let item = "sms/ci/ci-app-first.yaml";
    let edited = format!("{}version: \"2\"\n", hub.text(item));
    let number = hub.open("cy", &[(super::CHANGE_PATH, super::CHANGE), (item, &edited)]);
    hub.review(number, "bo", "APPROVED", None);
    let freeze = super::faults::FREEZE
        .replace("2026-12-04T00:00:00", "2026-11-20T13:00:00")
        .replace("2027-01-05T00:00:00", "2026-11-20T14:00:00");
    hub.main(&[("sms/freeze/frz-year-end.yaml", &freeze)]);
    let server = Server::start(&hub);
    server.rest();
    shows(&hub, number, GREEN);
    let sweeps = || server.log().iter().filter(|line| *line == "sweep").count();
    // No event comes, and no sweep: they are an hour apart.
    server.pass(&hub, Duration::from_mins(59));
    shows(&hub, number, GREEN);
    assert_eq!(sweeps(), 1);
    server.pass(&hub, Duration::from_mins(1));
    shows(&hub, number, super::RED);
    assert!(hub.own_comments(number)[0].contains("frz-year-end"), "{}", hub.own_comments(number)[0]);
    server.pass(&hub, Duration::from_mins(61));
    shows(&hub, number, GREEN);
}

#[test]
fn case_83_what_no_event_told_of_is_found_by_the_sweep_on_the_timer() {
    let (hub, number) = asked();
    let server = Server::start(&hub);
    server.rest();
    hub.review(number, "bo", "APPROVED", None);
    let late = hub.open("cy", &[("notes.txt", "x")]);
    server.pass(&hub, Duration::from_mins(59));
    shows(&hub, number, WAITS);
    assert_eq!(hub.check(late).0, "", "nobody told of it");
    server.pass(&hub, Duration::from_mins(1));
    shows(&hub, number, GREEN);
    shows(&hub, late, GREEN);
    assert!(server.metric("gitsm_sweeps_total 2"));
}

#[test]
fn a_server_that_is_told_to_stop_ends_what_it_began_and_takes_nothing_new() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    let mut server = Server::start(&hub);
    server.rest();
    shows(&hub, number, GREEN);
    hub.review(number, "ann", "CHANGES_REQUESTED", None);
    hub.state().slow = Duration::from_millis(50);
    server.deliver("pull_request_review", &of_pull(number, "edited"));
    let begun = Instant::now();
    while !server.metric("gitsm_queue_running 1") {
        assert!(begun.elapsed() < Duration::from_secs(20), "it was never begun");
    }
    server.stop.take().unwrap().send(()).unwrap();
    server.thread.take().unwrap().join().unwrap();
    shows(&hub, number, super::RED);
    assert!(TcpStream::connect(server.at).is_err(), "nobody listens any more");
}
