-- Do active and inactive clients differ in age?
{{ groups_compared('age', 'is_active', 'is_active is not null', 'H03') }}
