//! A client of HTTP that does as little itself as it can.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

/// One connection that asks the same again and again, and does as little itself as it can.
pub(crate) struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr, path: &str, body: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        Self { stream, request: request.into_bytes(), answer: vec![0; 1 << 16] }
    }

    pub(crate) fn send(&mut self) {
        self.stream.write_all(&self.request).unwrap();
    }

    /// The body of the answer.
    pub(crate) fn receive(&mut self) -> Vec<u8> {
        let mut read = 0;
        loop {
            read += self.stream.read(&mut self.answer[read..]).unwrap();
            let answer = &self.answer[..read];
            let Some(head) = answer.windows(4).position(|it| it == b"\r\n\r\n") else { continue };
            let text = std::str::from_utf8(&answer[..head]).unwrap();
            assert!(text.starts_with("HTTP/1.1 200"), "{text}");
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            let whole = head + 4 + length.parse::<usize>().unwrap();
            if read >= whole {
                return answer[head + 4..whole].to_vec();
            }
        }
    }
}

/// Waits until a service has a version of each policy: they are loaded aside.
pub(crate) fn wait_until_ready(address: SocketAddr) {
    while !is_ready(address) {
        thread::sleep(Duration::from_millis(10));
    }
}

fn is_ready(address: SocketAddr) -> bool {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /readyz HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.starts_with("HTTP/1.1 200")
}
