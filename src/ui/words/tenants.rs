super::catalogue! {
    /// The page that lists all tenants.
    Tenants {
        title: "Companies", "Firmen";
        note: "As a platform administrator you can look at every company and change nothing. Each look is told in the company's activity.", "Als Plattform-Administrator können Sie jede Firma ansehen und nichts ändern. Jede Einsicht steht im Verlauf der Firma.";
        search: "Beginning of the name, ID or Stripe customer", "Anfang des Namens, ID oder Stripe-Kunde";
        find: "Find", "Suchen";
        none: "No company found", "Keine Firma gefunden";
        none_text: "Names are found by how they begin, IDs in full.", "Namen werden an ihrem Anfang erkannt, IDs nur vollständig.";
        first: "First page", "Erste Seite";
        more: "More", "Weitere";
    }
}
