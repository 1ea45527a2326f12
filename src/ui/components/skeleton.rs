use dioxus::prelude::*;

/// What a skeleton keeps the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkeletonShape {
    Page,
    Rows,
}

/// Keeps the place of what is still loading, so that nothing moves when it comes.
#[component]
pub fn Skeleton(shape: SkeletonShape, label: String) -> Element {
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
