use crate::model::Agent;
use crate::ui::Route;
use crate::ui::words::{Words, fill};
use dioxus::prelude::*;

/// Agents per page.
const SIZE: usize = 50;

/// Which of a tenant's agents a page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    search: String,
    /// From 1.
    page: usize,
    /// How many agents were found, on all pages.
    found: usize,
}

impl Place {
    /// The requested page of the results, or the last one if there are fewer; by default the first.
    pub fn new(search: String, asked: Option<u32>, found: usize) -> Self {
        let asked = asked.map_or(1, |page| usize::try_from(page).unwrap_or(usize::MAX));
        Self { search, page: asked.clamp(1, last(found)), found }
    }

    /// The agents on this page.
    pub fn part<'a>(&self, found: &'a [Agent]) -> &'a [Agent] {
        found.chunks(SIZE).nth(self.page - 1).unwrap_or_default()
    }

    /// The page `further` pages on, if there is one.
    pub fn beside(&self, further: isize, tenant_id: &Option<String>) -> Option<Route> {
        let page = self.page.checked_add_signed(further)?;
        (1..=last(self.found)).contains(&page).then(|| Route::Agents {
            tenant_id: tenant_id.clone(),
            search: Some(self.search.clone()).filter(|search| !search.is_empty()),
            page: u32::try_from(page).ok().filter(|page| *page > 1),
        })
    }

    /// "51–100 of 312".
    pub fn said(&self, words: &Words) -> String {
        let (from, to) = ((self.page - 1) * SIZE + 1, self.found.min(self.page * SIZE));
        let numbers = [from, to, self.found].map(|number| number.to_string());
        fill(words.frame.part, &[&numbers[0], &numbers[1], &numbers[2]])
    }
}

/// The number of the last page.
fn last(found: usize) -> usize {
    found.div_ceil(SIZE).max(1)
}

/// What a form sends along so that its page comes back as it was.
#[component]
pub fn PlaceFields(place: Place) -> Element {
    rsx! {
        input { r#type: "hidden", name: "search", value: "{place.search}" }
        if place.page > 1 {
            input { r#type: "hidden", name: "page", value: "{place.page}" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;

    fn said(asked: Option<u32>, found: usize) -> String {
        Place::new(String::new(), asked, found).said(Words::of(Language::En))
    }

    #[test]
    fn a_page_beyond_the_last_is_the_last() {
        assert_eq!(said(None, 50), "1–50 of 50");
        assert_eq!(said(Some(0), 101), "1–50 of 101");
        assert_eq!(said(Some(2), 101), "51–100 of 101");
        assert_eq!(said(Some(3), 101), "101–101 of 101");
        assert_eq!(said(Some(u32::MAX), 101), "101–101 of 101");
    }

    #[test]
    fn there_is_a_page_beside_it_where_there_are_more_agents() {
        let beside = |found, further| {
            let place = Place::new("ada".into(), Some(2), found);
            place.beside(further, &None).map(|route| route.to_string())
        };
        assert_eq!(beside(101, 1).as_deref(), Some("/agents?search=ada&page=3"));
        assert_eq!(beside(101, -1).as_deref(), Some("/agents?search=ada"));
        assert_eq!(beside(100, 1), None);
        assert_eq!(beside(50, -1), None);
    }
}
