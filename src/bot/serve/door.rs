//! The door of the server: so many connections at once, and a deadline for everything that one of them can draw out.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

/// The wait after a connection could not be taken, such as for want of file handles.
const PAUSE: Duration = Duration::from_millis(100);

/// What connections may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// How many of them there are at once; the others wait in the system's own queue.
    pub(super) most: u32,
    /// How long the headers of a request may take to come, from the moment at which they are waited for.
    pub(super) headers: Duration,
    /// How old a connection may get; what it asked for by then is still answered.
    pub(super) life: Duration,
    /// How long that answer may take, also when the server is told to stop.
    pub(super) grace: Duration,
}

/// Lets connections in and has `router` answer them until `ended` says so; then those that are open are brought to their
/// end.
pub(super) async fn open(listener: TcpListener, router: Router, bounds: Bounds, mut ended: watch::Receiver<bool>) {
    let room = Arc::new(Semaphore::new(bounds.most as usize));
    loop {
        let next = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            _ = ended.wait_for(|ended| *ended) => break,
        };
        let Ok((stream, _)) = accepted else {
            drop(place);
            sleep(PAUSE).await;
            continue;
        };
        let (router, ended) = (router.clone(), ended.clone());
        tokio::spawn(async move {
            serve(stream, router, bounds, ended).await;
            drop(place);
        });
    }
    drop(listener);
    // Every place is free when the last one has gone; none stays longer than its grace.
    let _ = room.acquire_many(bounds.most).await;
}

/// One connection, from its first byte to its end. Bodies are read by those who answer, who have a deadline for them; one
/// that nobody reads ends the connection with the answer.
async fn serve(stream: TcpStream, router: Router, bounds: Bounds, mut ended: watch::Receiver<bool>) {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(bounds.headers);
    let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        // Whoever breaks it off asks for nothing more.
        _ = connection.as_mut() => return,
        () = sleep(bounds.life) => {}
        _ = ended.wait_for(|ended| *ended) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(bounds.grace, connection).await;
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{SocketAddr, TcpStream as Outside};
    use std::time::Instant;

    use axum::routing::{get, post};

    use super::*;

    const BOUNDS: Bounds = Bounds {
        most: 8,
        headers: Duration::from_millis(600),
        life: Duration::from_mins(1),
        grace: Duration::from_millis(800),
    };

    /// A door that is open as long as this is kept.
    struct Opened {
        at: SocketAddr,
        end: watch::Sender<bool>,
        thread: Option<std::thread::JoinHandle<()>>,
    }

    impl Opened {
        fn new(bounds: Bounds) -> Self {
            let (end, ended) = watch::channel(false);
            let (tell, told) = std::sync::mpsc::channel();
            let thread = std::thread::spawn(move || {
                let slow = async || {
                    sleep(Duration::from_millis(400)).await;
                    "slow"
                };
                let stuck = async || sleep(Duration::from_mins(1)).await;
                let router = Router::new()
                    .route("/", get(async || "well").merge(post(async || "well")))
                    .route("/slow", get(slow))
                    .route("/stuck", get(stuck));
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
                    tell.send(listener.local_addr().unwrap()).unwrap();
                    open(listener, router, bounds, ended).await;
                });
            });
            Self { at: told.recv().unwrap(), end, thread: Some(thread) }
        }

        fn connect(&self) -> Outside {
            let stream = Outside::connect(self.at).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            stream
        }

        /// Tells it to stop; gives how long that took.
        fn stop(&mut self) -> Duration {
            let start = Instant::now();
            self.end.send(true).unwrap();
            self.thread.take().unwrap().join().unwrap();
            start.elapsed()
        }
    }

    /// What is answered until the connection ends.
    fn all(mut stream: &Outside) -> String {
        let mut said = Vec::new();
        let _ = stream.read_to_end(&mut said);
        String::from_utf8(said).unwrap()
    }

    /// Sends a byte again and again until the other side has gone; gives how long that took.
    fn trickle(mut stream: &Outside, byte: &[u8]) -> Duration {
        let start = Instant::now();
        while stream.write_all(byte).is_ok() {
            assert!(start.elapsed() < Duration::from_secs(20), "it is never closed");
            std::thread::sleep(Duration::from_millis(50));
        }
        start.elapsed()
    }

    const WHOLE: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";

    #[test]
    fn headers_have_a_deadline_that_no_byte_moves() {
        let door = Opened::new(BOUNDS);
        let mut slow = door.connect();
        slow.write_all(b"GET / HTTP/1.1\r\nx-a: ").unwrap();
        let took = trickle(&slow, b"b");
        assert!(took > Duration::from_millis(400) && took < Duration::from_secs(5), "{took:?}");
        let silent = door.connect();
        let start = Instant::now();
        assert_eq!(all(&silent), "", "the deadline counts from the beginning");
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        let mut second = door.connect();
        second.write_all(WHOLE).unwrap();
        std::thread::sleep(Duration::from_millis(100));
        second.write_all(b"GET / HT").unwrap();
        let said = all(&second);
        assert!(said.starts_with("HTTP/1.1 200") && said.matches("HTTP/1.1").count() == 1, "{said}");
    }

    #[test]
    fn a_body_that_nobody_reads_is_not_waited_for() {
        let door = Opened::new(BOUNDS);
        let mut slow = door.connect();
        slow.write_all(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n").unwrap();
        let took = trickle(&slow, b"b");
        assert!(took < Duration::from_secs(5), "{took:?}");
    }

    #[test]
    fn a_connection_that_is_used_all_the_time_ends_as_well_and_its_last_answer_is_whole() {
        let door = Opened::new(Bounds { life: Duration::from_millis(500), ..BOUNDS });
        let start = Instant::now();
        let mut stream = door.connect();
        let mut said = [0; 1024];
        let mut answers = 0;
        loop {
            assert!(start.elapsed() < Duration::from_secs(20), "it is never closed");
            if stream.write_all(WHOLE).is_err() {
                break;
            }
            match stream.read(&mut said) {
                Ok(length) if length > 0 => answers += 1,
                _ => break,
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(answers > 3, "{answers}");
        let mut late = door.connect();
        std::thread::sleep(Duration::from_millis(300));
        late.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        let answer = all(&late);
        assert!(answer.ends_with("slow"), "{answer}");
    }

    #[test]
    fn nobody_more_is_let_in_until_somebody_goes() {
        let door = Opened::new(Bounds { most: 1, headers: Duration::from_secs(20), ..BOUNDS });
        let first = door.connect();
        std::thread::sleep(Duration::from_millis(100));
        let mut second = door.connect();
        second.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        second.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        assert!(second.read(&mut [0]).is_err(), "there is no room yet");
        drop(first);
        second.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        assert!(all(&second).ends_with("well"));
    }

    #[test]
    fn at_the_end_what_was_asked_for_is_answered_and_nobody_can_draw_it_out() {
        let mut door = Opened::new(Bounds { headers: Duration::from_mins(1), ..BOUNDS });
        let (idle, mut asked) = (door.connect(), door.connect());
        asked.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        std::thread::sleep(Duration::from_millis(100));
        let took = door.stop();
        assert!(all(&asked).ends_with("slow"), "it was asked before");
        assert!(all(&idle).is_empty() && took < Duration::from_secs(5), "{took:?}");
        assert!(Outside::connect(door.at).is_err(), "nobody listens any more");
        let mut door = Opened::new(BOUNDS);
        let mut stuck = door.connect();
        stuck.write_all(b"GET /stuck HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        std::thread::sleep(Duration::from_millis(100));
        let took = door.stop();
        assert!(took < Duration::from_secs(5), "{took:?}");
    }
}
