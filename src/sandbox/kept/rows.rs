//! Rows that track which of them have changed since they were last kept.

use std::collections::BTreeSet;
use std::ops::Deref;

/// A list that only grows, and whose rows change in place.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    rows: Vec<T>,
    touched: BTreeSet<usize>,
}

impl<T> Default for Rows<T> {
    fn default() -> Rows<T> {
        Rows { rows: Vec::new(), touched: BTreeSet::new() }
    }
}

impl<T> Rows<T> {
    /// Adds a row.
    pub fn push(&mut self, row: T) {
        self.touched.insert(self.rows.len());
        self.rows.push(row);
    }

    /// A row to change, which marks it as changed.
    pub fn get_mut(&mut self, place: usize) -> Option<&mut T> {
        let row = self.rows.get_mut(place)?;
        self.touched.insert(place);
        Some(row)
    }

    /// The rows that have changed, each with its place.
    pub fn touched(&self) -> impl Iterator<Item = (usize, &T)> {
        self.touched.iter().filter_map(|place| Some((*place, self.rows.get(*place)?)))
    }

    /// Marks every row as kept.
    pub fn settle(&mut self) {
        self.touched.clear();
    }
}

impl<T> Deref for Rows<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.rows
    }
}
