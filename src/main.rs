#[cfg(feature = "server")]
fn main() -> std::process::ExitCode {
    portal::cli::run()
}

#[cfg(not(feature = "server"))]
fn main() {
    dioxus::launch(portal::ui::App);
}
