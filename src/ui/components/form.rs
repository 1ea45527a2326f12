use crate::model::TenantId;
use crate::ui::visit::{FORM_TOKEN, use_visit};
use dioxus::html::FormValue;
use dioxus::prelude::*;

/// A form that works at the first paint and without scripts: the server answers it with a redirect.
/// Once the browser has taken the page over, `onsubmit` does the same in place.
#[component]
pub fn PostForm(
    action: String,
    /// The tenant that the form is about; a hidden field.
    tenant_id: Option<TenantId>,
    onsubmit: EventHandler<FormEvent>,
    #[props(extends = GlobalAttributes)] attributes: Vec<Attribute>,
    children: Element,
) -> Element {
    rsx! {
        form {
            method: "post",
            action: "{action}",
            onsubmit: move |event| {
                event.prevent_default();
                onsubmit.call(event);
            },
            ..attributes,
            {use_form_token()}
            if let Some(tenant_id) = tenant_id {
                input { r#type: "hidden", name: "tenant_id", value: "{tenant_id}" }
            }
            {children}
        }
    }
}

/// The field that every form with the method "post" needs: without it the server answers 403.
pub fn use_form_token() -> Element {
    let visit = use_visit();
    rsx! {
        input { r#type: "hidden", name: FORM_TOKEN, value: "{visit.form_token}" }
    }
}

/// What a field of a form that is being sent holds, whoever filled it in: it may have been a
/// password manager, or a hand that was faster than the scripts.
pub fn field(event: &FormEvent, name: &str) -> String {
    match event.get_first(name) {
        Some(FormValue::Text(text)) => text,
        Some(FormValue::File(_)) | None => String::new(),
    }
}
