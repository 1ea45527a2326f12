//! Accepts connections: how many, from whom, and how long they may stay silent. The rest of the portal
//! sees requests that have arrived.

use crate::config::{Limits, TrustedProxies};
use crate::server::client_address::ClientAddress;
use crate::server::per_key_limit::PerKeyLimit;
use dioxus::server::axum::Router;
use dioxus::server::axum::extract::ConnectInfo;
use dioxus::server::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::sleep;
use tokio_io_timeout::TimeoutWriter;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a new connection may take to send the head of its first request.
const FIRST_HEAD: Duration = Duration::from_secs(10);
/// How long a connection may idle after a response until the next head has arrived. Longer than proxies
/// keep theirs, so that none sends a request while the portal is closing it.
const NEXT_HEAD: Duration = Duration::from_secs(75);
/// How long a client may read nothing of a response.
const UNREAD: Duration = Duration::from_secs(75);
/// The longest request head, in bytes: 431 beyond that, as beyond 100 headers.
const HEAD_LIMIT: usize = 32 * 1024;
/// How many bytes a connection buffers, each way.
const BUFFER: usize = 64 * 1024;
/// The pause while the process has no room for another connection.
const FULL_PAUSE: Duration = Duration::from_secs(1);

/// Decides who may connect.
pub struct Door {
    limits: Limits,
    /// A proxy carries many clients, so its connections are not limited per address.
    proxies: TrustedProxies,
    unread: Duration,
}

impl Door {
    pub fn new(limits: Limits, proxies: TrustedProxies) -> Self {
        Self { limits, proxies, unread: UNREAD }
    }

    /// Serves connections until `stop`, then accepts no more and answers what has arrived.
    pub async fn serve(self, listener: TcpListener, routes: Router, stop: CancellationToken) {
        let places = Arc::new(Semaphore::new(match self.limits.connections {
            0 => Semaphore::MAX_PERMITS,
            limit => limit.min(Semaphore::MAX_PERMITS),
        }));
        let per_address = PerKeyLimit::new(self.limits.connections_per_address);
        let connections = TaskTracker::new();
        loop {
            let next = async {
                let place = Arc::clone(&places).acquire_owned().await;
                (place, accept(&listener).await)
            };
            let Some(next) = stop.run_until_cancelled(next).await else { break };
            let (place, (stream, address)) = next;
            let ip = address.ip().to_canonical();
            let counted = match self.proxies.trusts(ip) {
                true => None,
                false => match per_address.enter(ClientAddress(ip).network()) {
                    Some(counted) => Some(counted),
                    None => {
                        tracing::debug!(%address, "too many connections from one address");
                        continue;
                    }
                },
            };
            let mut stream = TimeoutWriter::new(stream);
            stream.set_timeout(Some(self.unread));
            let connection = connection(stream, address, routes.clone(), stop.clone());
            connections.spawn(async move {
                connection.await;
                drop((place, counted));
            });
        }
        drop(listener);
        connections.close();
        connections.wait().await;
    }
}

/// Accepts the next connection. Errors of a single one don't hold up others.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                // A rendered page goes out in several writes: Nagle's algorithm would hold each back.
                let _ = stream.set_nodelay(true);
                return (stream, address);
            }
            Err(error) => match error.kind() {
                ConnectionAborted | ConnectionRefused | ConnectionReset => {}
                _ => {
                    tracing::error!(%error, "no connection can be taken");
                    sleep(FULL_PAUSE).await;
                }
            },
        }
    }
}

/// Serves one connection until either end closes it.
async fn connection(
    stream: TimeoutWriter<TcpStream>,
    address: SocketAddr,
    routes: Router,
    stop: CancellationToken,
) {
    let heard = AtomicBool::new(false);
    let routes = TowerToHyperService::new(routes);
    let answer = service_fn(|mut request: Request<Incoming>| {
        heard.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(ConnectInfo(address));
        routes.call(request)
    });
    let mut serving = pin!(
        Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(NEXT_HEAD)
            .max_header_size(HEAD_LIMIT)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(Box::pin(stream)), answer)
    );
    let mut waited = pin!(sleep(FIRST_HEAD));
    let (mut waiting, mut stopping) = (true, false);
    loop {
        tokio::select! {
            ended = serving.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended");
                }
                return;
            }
            () = waited.as_mut(), if waiting => {
                if !heard.load(Ordering::Relaxed) {
                    return;
                }
                waiting = false;
            }
            () = stop.cancelled(), if !stopping => {
                stopping = true;
                serving.as_mut().graceful_shutdown();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dioxus::server::axum::body::{Body, Bytes};
    use dioxus::server::axum::routing::get;
    use futures_util::{StreamExt, stream};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::timeout;

    const CHUNK: &[u8] = &[0; 64 * 1024];
    const LONG: usize = 256 * CHUNK.len();

    /// A long response, which cancels `dropped` once it is dropped.
    fn long(dropped: &CancellationToken) -> Body {
        let until_dropped = dropped.clone().drop_guard();
        let chunks = stream::repeat_with(move || {
            let _ = &until_dropped;
            Ok::<_, io::Error>(Bytes::from_static(CHUNK))
        });
        Body::from_stream(chunks.take(LONG / CHUNK.len()))
    }

    #[tokio::test]
    async fn who_does_not_read_an_answer_is_hung_up_on() -> io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let limits = Limits {
            connections: 1,
            connections_per_address: 1,
            requests_at_once: 1,
            requests_per_address: 0,
            requests_per_session: 0,
        };
        let door = Door::new(limits, TrustedProxies::default());
        let door = Door { unread: Duration::from_millis(50), ..door };
        let (stop, hung_up) = (CancellationToken::new(), CancellationToken::new());
        let answered = hung_up.clone();
        let routes = Router::new().route("/", get(async move || long(&answered)));
        let serving = tokio::spawn(door.serve(listener, routes, stop.clone()));
        let mut reader = TcpStream::connect(address).await?;
        reader.write_all(b"GET / HTTP/1.1\r\nhost: portal\r\n\r\n").await?;
        timeout(Duration::from_secs(10), hung_up.cancelled()).await?;
        let mut read = Vec::new();
        let _ = reader.read_to_end(&mut read).await;
        assert!(!read.is_empty() && read.len() < LONG, "{}", read.len());
        stop.cancel();
        serving.await?;
        Ok(())
    }
}
