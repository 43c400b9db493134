//! A server as a process of its own under load: a burst of signed deliveries, a kill in the middle of it, and a start
//! anew. The process is this test program itself, since the clock of `gitsm bot serve` is that of the machine.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::hub::Hub;
use super::server::{SECRET, of_pull, send, serve_for, sign};
use super::{CHANGE, GREEN, RED, WAITS, shows};

/// A server as a process of its own.
struct Program {
    child: Child,
    at: SocketAddr,
}

/// Where the hub of a server is, and its folder.
const HUB: &str = "GITSM_TEST_HUB";
const FOLDER: &str = "GITSM_TEST_FOLDER";

#[test]
#[ignore = "the process that the storm starts and kills; by itself it does nothing"]
fn serves_until_it_is_killed() {
    let (Some(hub), Some(folder)) = (std::env::var_os(HUB), std::env::var_os(FOLDER)) else { return };
    serve_for(&hub.to_string_lossy(), std::path::Path::new(&folder), |at| println!("\nListening on {at}"));
}

impl Program {
    fn start(hub: &Hub) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "bot::load::serves_until_it_is_killed", "--ignored", "--nocapture"]);
        command.env(HUB, &hub.base).env(FOLDER, hub.dir.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let (tell, told) = std::sync::mpsc::channel();
        // Read to the end: the process says after a minute that it is still running, and ends when nobody hears it.
        std::thread::spawn(move || {
            for at in lines.filter_map(|line| Some(line.strip_prefix("Listening on ")?.to_owned())) {
                let _ = tell.send(at);
            }
        });
        let at = told.recv_timeout(Duration::from_mins(1)).unwrap();
        Self { at: at.parse().unwrap(), child }
    }

    /// The most memory that it has had, in MiB; none where the machine does not tell.
    fn peak(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? / 1024)
    }

    fn metric(&self, name: &str) -> u64 {
        let metrics = send(self.at, "GET", "/metrics", &[], b"").1;
        let lines =
            metrics.lines().filter_map(|line| line.strip_prefix(name)?.trim().rsplit(' ').next()?.parse::<u64>().ok());
        lines.sum()
    }

    #[track_caller]
    fn rest(&self, most: Duration) {
        let start = Instant::now();
        let mut quiet = 0;
        while quiet < 3 {
            assert!(start.elapsed() < most, "the server does not come to rest");
            let busy = self.metric("gitsm_queue_waiting") + self.metric("gitsm_queue_running");
            quiet = if busy == 0 { quiet + 1 } else { 0 };
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Ends it as nothing can be caught: SIGKILL where there is such a thing.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What becomes of the pull request at this place: one in three each is agreed to, waits, and is objected to.
const ENDS: [(&str, &str); 3] = [GREEN, WAITS, RED];

/// A pull request under control: a change with a window of its own, and the item that it is about.
fn ask(hub: &Hub, at: u64) -> u64 {
    let day: jiff::civil::Date = "2026-12-05".parse().unwrap();
    let day = day.saturating_add(jiff::Span::new().days(2 * i64::try_from(at).unwrap()));
    let (id, ci) = (format!("chg-storm-{at}"), format!("ci-storm-{at}"));
    let next = day.tomorrow().unwrap().to_string();
    let change = CHANGE
        .replace("chg-app-one", &id)
        .replace("ci-app-first", &ci)
        .replace("2026-12-05", &day.to_string())
        .replace("2026-12-06", &next);
    let item = format!(
        "kind: ci\nid: {ci}\ntitle: Item {at}\nstatus: planned\nowner: team-operations\nci_type: application\nenvironment: production\ncriticality: low\n"
    );
    let files = [(format!("sms/change/{id}.yaml"), change), (format!("sms/ci/{ci}.yaml"), item)];
    let number = hub.open("cy", &files.each_ref().map(|(path, text)| (path.as_str(), text.as_str())));
    match at % 3 {
        0 => drop(hub.review(number, "bo", "APPROVED", None)),
        2 => drop(hub.review(number, "bo", "CHANGES_REQUESTED", None)),
        _ => {}
    }
    number
}

/// A burst over many pull requests, out of order and some of it twice. Every delivery is acknowledged, the program is
/// killed when half of them are and half of the work is done or not, and after another start all is as it should be.
fn storm(pulls: u64, deliveries: u64, most: Duration) {
    let hub = Hub::new();
    let numbers: Vec<u64> = (0..pulls).map(|at| ask(&hub, at)).collect();
    let deliver = |program: &Program, range: std::ops::Range<u64>| {
        let start = Instant::now();
        let mut slowest = Duration::ZERO;
        for at in range {
            let number = numbers[usize::try_from((at * 7) % pulls).unwrap()];
            let (body, id) = (of_pull(number, "synchronize").to_string(), (at - at % 3 / 2).to_string());
            let signature = sign(SECRET, body.as_bytes());
            let headers = [
                ("x-hub-signature-256", signature.as_str()),
                ("x-github-event", "pull_request"),
                ("x-github-delivery", id.as_str()),
            ];
            let sent = Instant::now();
            assert_eq!(send(program.at, "POST", "/webhook", &headers, body.as_bytes()).0, 202);
            slowest = slowest.max(sent.elapsed());
        }
        println!("acknowledged in {:?}, the slowest in {slowest:?}", start.elapsed());
        // GitHub gives up on one after ten seconds.
        assert!(slowest < Duration::from_secs(10));
    };
    let start = Instant::now();
    let program = Program::start(&hub);
    deliver(&program, 0..deliveries / 2);
    let begun = Instant::now();
    while program.metric("gitsm_decisions_total") < pulls / 4 && begun.elapsed() < most {
        std::thread::sleep(Duration::from_millis(50));
    }
    println!("killed after {} decisions, at {:?} MiB", program.metric("gitsm_decisions_total"), program.peak());
    program.kill();
    let program = Program::start(&hub);
    deliver(&program, deliveries / 2..deliveries);
    program.rest(most);
    let (peak, decisions) = (program.peak(), program.metric("gitsm_decisions_total"));
    println!("at rest after {:?}: {decisions} decisions more, at most {peak:?} MiB", start.elapsed());
    assert_eq!(program.metric("gitsm_failures_total"), 0);
    assert!(decisions >= pulls, "each is decided again, since nothing tells which had been: {decisions}");
    assert!(peak.is_none_or(|peak| peak < 512), "{peak:?} MiB");
    for (number, end) in numbers.into_iter().zip(ENDS.into_iter().cycle()) {
        shows(&hub, number, end);
        assert_eq!(hub.own_comments(number).len(), 1);
    }
}

#[test]
fn a_burst_with_a_kill_in_the_middle_ends_in_the_right_state() {
    storm(10, 200, Duration::from_mins(4));
}

#[test]
#[ignore = "takes minutes; `cargo test --test it -- --ignored --nocapture a_thousand`"]
fn a_thousand_events_over_a_hundred_pull_requests_with_a_kill_in_the_middle_end_in_the_right_state() {
    storm(100, 1000, Duration::from_mins(30));
}
