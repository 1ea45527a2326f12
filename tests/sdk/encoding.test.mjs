// What the SDK encodes arrives as intended, and the answers can be decoded.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSandbox } from './sandbox.mjs';

const { stripe } = await startSandbox();

test('texts, nested objects and metadata come back as they were sent', async () => {
  const sent = {
    name: 'Ada & Söhne = 100% [☃]',
    address: { line1: '1, Rue du Lac', country: 'CH' },
    shipping: { name: 'Ada', address: { line1: 'Dock 3' } },
    invoice_settings: { footer: 'Thank you' },
    preferred_locales: ['de', 'en'],
    tax_exempt: 'reverse',
    metadata: { 'a key': '1', '7': 'seven', 'x&y': '=' },
  };
  const customer = await stripe.customers.create(sent);
  assert.equal(customer.name, sent.name);
  assert.equal(customer.address.line1, sent.address.line1);
  assert.equal(customer.shipping.address.line1, 'Dock 3');
  assert.equal(customer.invoice_settings.footer, 'Thank you');
  assert.deepEqual(customer.preferred_locales, ['de', 'en']);
  assert.equal(customer.tax_exempt, 'reverse');
  assert.deepEqual(customer.metadata, sent.metadata);

  const cleared = await stripe.customers.update(customer.id, {
    name: '',
    address: '',
    shipping: '',
    metadata: { '7': '' },
  });
  assert.equal(cleared.name, null);
  assert.equal(cleared.address, null);
  assert.equal(cleared.shipping, null);
  assert.deepEqual(cleared.metadata, { 'a key': '1', 'x&y': '=' });
  assert.deepEqual((await stripe.customers.update(customer.id, { metadata: '' })).metadata, {});
});

test('lists of objects, decimals and the answer\'s headers are read', async () => {
  const product = await stripe.products.create({
    name: 'Robot',
    marketing_features: [{ name: 'Never tires' }, { name: 'Never sleeps' }],
  });
  assert.deepEqual(product.marketing_features, [{ name: 'Never tires' }, { name: 'Never sleeps' }]);
  const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 1_999 });
  assert.equal(`${price.unit_amount_decimal}`, '1999');
  assert.equal(price.lastResponse.apiVersion, '2026-09-30.endive');
  assert.match(price.lastResponse.requestId, /^req_/);
});
