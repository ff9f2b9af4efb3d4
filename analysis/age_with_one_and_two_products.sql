-- Do clients with one product and clients with two differ in age?
{{ groups_compared('age', 'product_count', 'product_count in (1, 2)', 'H01') }}
