"""Names for demo people; none of them belongs to anybody."""

FIRST = """
Aisha Alan Alma Amir Anna Anton Bea Ben Bilal Carla Cem Chloe Clara Cora Daniel Dara Dev Dilys Dina Edith Ella Emre
Erin Esme Ewan Fay Femi Finn Freya Gita Gwen Hana Harry Hugo Ida Imran Ines Iris Isla Ivo Jack Jana Jay Jonas Joy
Jude Kai Kate Kemal Kofi Lara Leah Leon Lina Lola Luca Lucy Maja Marek Maya Mia Milo Mina Mira Nadia Neil Nia Niko
Nina Noah Nora Olga Oscar Owen Paulo Petra Piotr Priya Rafi Ravi Rhys Rita Rosa Ruth Sadia Sam Sara Seth Sofia Suki
Tara Theo Tomas Tess Uma Vera Viktor Wanda Will Yara Yusuf Zara Zoe
""".split()

LAST = """
Abbott Adeyemi Ahmed Amato Archer Bailey Barnes Begum Bell Bianchi Blake Brandt Brook Byrne Castell Chan Clarke Cole
Cruz Dale Davies Dias Doyle Duarte Dunn Ellis Evans Farah Finch Flynn Ford Fox Garcia Gill Grant Gray Greene Hale
Hartig Hayes Holt Hughes Hussain Iqbal Islam Jansen Jones Kaur Keller Khan King Kowalski Lane Lind Lowe Lund Malik
Marsh Mehta Menon Mori Moss Murphy Nagy Nash Novak Nunes Okafor Olsen Osei Owen Page Patel Pereira Pike Powell Price
Quinn Rahman Reid Rossi Said Santos Shah Sharp Singh Stone Swift Szabo Tait Tanaka Todd Vale Vega Walsh Ward Watts
Webb West Wolf Wood Wren Yilmaz York Young Zhang
""".split()
