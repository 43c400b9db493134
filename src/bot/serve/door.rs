//! The door of the server: so many connections at once, and none that stays silent for ever.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep};

/// The wait after a connection could not be taken, such as for want of file handles.
const PAUSE: Duration = Duration::from_millis(100);

/// Listens, and lets in no more than there is room for; the others wait in the system's own queue.
pub(super) struct Door {
    listener: TcpListener,
    room: Arc<Semaphore>,
    quiet: Duration,
}

impl Door {
    /// A door for `most` connections; one over which nothing comes or goes for `quiet` is closed.
    pub(super) fn new(listener: TcpListener, most: usize, quiet: Duration) -> Self {
        Self { listener, room: Arc::new(Semaphore::new(most)), quiet }
    }
}

impl Listener for Door {
    type Io = Guest;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Guest, SocketAddr) {
        loop {
            // It is never closed.
            let Ok(place) = Arc::clone(&self.room).acquire_owned().await else { std::future::pending().await };
            match self.listener.accept().await {
                Ok((stream, from)) => {
                    let guest =
                        Guest { stream, patience: Box::pin(sleep(self.quiet)), quiet: self.quiet, _place: place };
                    return (guest, from);
                }
                Err(_) => sleep(PAUSE).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection.
pub(super) struct Guest {
    stream: TcpStream,
    patience: Pin<Box<Sleep>>,
    quiet: Duration,
    _place: OwnedSemaphorePermit,
}

impl Guest {
    /// Begins to wait anew when something went on; ends the connection when nothing did for too long.
    fn watch<T>(&mut self, context: &mut Context<'_>, went: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if went.is_ready() {
            self.patience.as_mut().reset(Instant::now() + self.quiet);
            return went;
        }
        match self.patience.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Guest {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let went = Pin::new(&mut self.stream).poll_read(context, into);
        self.watch(context, went)
    }
}

impl AsyncWrite for Guest {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let went = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, went)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn run<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
    }

    /// Waits for the next byte.
    async fn read(guest: &mut Guest) -> io::Result<usize> {
        let mut space = [0];
        let mut into = ReadBuf::new(&mut space);
        std::future::poll_fn(|context| Pin::new(&mut *guest).poll_read(context, &mut into)).await?;
        Ok(into.filled().len())
    }

    #[test]
    fn a_connection_that_stays_silent_is_closed_and_one_that_talks_is_not() {
        run(async {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            let mut outside = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let mut door = Door::new(listener, 8, Duration::from_millis(300));
            let (mut guest, _) = door.accept().await;
            for _ in 0..4 {
                sleep(Duration::from_millis(150)).await;
                outside.write_all(b"x").unwrap();
                assert_eq!(read(&mut guest).await.unwrap(), 1);
            }
            assert_eq!(read(&mut guest).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        });
    }

    #[test]
    fn nobody_more_is_let_in_until_somebody_goes() {
        run(async {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            let at = listener.local_addr().unwrap();
            let mut door = Door::new(listener, 1, Duration::from_mins(1));
            let _outside = [(); 2].map(|()| std::net::TcpStream::connect(at).unwrap());
            let (guest, _) = door.accept().await;
            assert!(tokio::time::timeout(Duration::from_millis(200), door.accept()).await.is_err());
            drop(guest);
            assert!(tokio::time::timeout(Duration::from_secs(5), door.accept()).await.is_ok());
        });
    }
}
