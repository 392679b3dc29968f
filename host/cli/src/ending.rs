//! How a command that runs until it is told to end hears that.

/// Is ready when the process is asked to end: by an interrupt, or on Unix by SIGTERM. Listens from the call on.
#[cfg(unix)]
pub(crate) fn asked_to_end() -> std::io::Result<impl Future<Output = std::io::Result<()>>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        Ok(())
    })
}

/// Is ready when the process is asked to end, by an interrupt.
#[cfg(not(unix))]
pub(crate) fn asked_to_end() -> std::io::Result<impl Future<Output = std::io::Result<()>>> {
    Ok(tokio::signal::ctrl_c())
}
