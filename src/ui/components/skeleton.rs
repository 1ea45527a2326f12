use dioxus::prelude::*;

/// What a skeleton stands in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkeletonShape {
    Page,
    Rows,
}

/// Reserves the place of what is still loading, so that nothing moves when it arrives.
pub fn skeleton(shape: SkeletonShape, label: &str) -> Element {
    let shape = match shape {
        SkeletonShape::Page => "page",
        SkeletonShape::Rows => "rows",
    };
    rsx! {
        div { class: "skeleton", "data-shape": shape, role: "status", aria_label: "{label}",
            i {}
            i {}
            i {}
        }
    }
}
